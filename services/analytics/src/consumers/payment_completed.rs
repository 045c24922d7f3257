//! `PaymentCompleted`: money taken.

use shared_events::{PaymentCompleted, Timestamp};

use crate::domain::measure::Measure;
use crate::domain::tally::{Absurd, Tally};

pub(super) fn apply(
    tally: &mut Tally,
    event: &PaymentCompleted,
    at: Timestamp,
) -> Result<(), Absurd> {
    tally.count_money(Measure::PaymentsCaptured, at, event.amount)
}
