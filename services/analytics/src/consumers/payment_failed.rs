//! `PaymentFailed`: a try to pay that failed, final or not.

use shared_events::{PaymentFailed, Timestamp};

use crate::domain::measure::Measure;
use crate::domain::tally::Tally;

pub(super) fn apply(tally: &mut Tally, _: &PaymentFailed, at: Timestamp) {
    tally.count(Measure::PaymentsFailed, at);
}
