//! `OrderPlaced`: the third stage of the funnel, and the number that people use.

use shared_events::{OrderPlaced, Timestamp};

use crate::domain::measure::Measure;
use crate::domain::tally::{Absurd, Tally};

pub(super) fn apply(tally: &mut Tally, event: &OrderPlaced, at: Timestamp) -> Result<(), Absurd> {
    tally.count_money(Measure::OrdersPlaced, at, event.total)?;
    tally.number(&event.order_number, event.order_id);
    if let Some(user) = event.user_id {
        tally.see(Measure::ActiveUsers, at, user);
    }
    Ok(())
}
