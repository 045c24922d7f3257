//! `RefundProcessed`: money given back. An answer to the saga that there was nothing to give back counts for nothing.

use shared_events::{RefundProcessed, Timestamp};

use crate::domain::measure::Measure;
use crate::domain::tally::{Absurd, Tally};

pub(super) fn apply(
    tally: &mut Tally,
    event: &RefundProcessed,
    at: Timestamp,
) -> Result<(), Absurd> {
    if event.amount.is_zero() {
        return Ok(());
    }
    tally.count_money(Measure::PaymentsRefunded, at, event.amount)
}
