//! `OrderCancelled`: an order undone, before or after it was confirmed.

use shared_events::{OrderCancelled, Timestamp};

use crate::domain::measure::Measure;
use crate::domain::tally::Tally;

pub(super) fn apply(tally: &mut Tally, _: &OrderCancelled, at: Timestamp) {
    tally.count(Measure::OrdersCancelled, at);
}
