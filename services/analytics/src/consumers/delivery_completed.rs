//! `DeliveryCompleted`: an order brought.

use shared_events::{DeliveryCompleted, Timestamp};

use crate::domain::measure::Measure;
use crate::domain::tally::Tally;

pub(super) fn apply(tally: &mut Tally, _: &DeliveryCompleted, at: Timestamp) {
    tally.count(Measure::OrdersDelivered, at);
}
