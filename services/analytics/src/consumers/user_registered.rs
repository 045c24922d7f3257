//! `UserRegistered`: a new login.

use shared_events::{Timestamp, UserRegistered};

use crate::domain::measure::Measure;
use crate::domain::tally::Tally;

pub(super) fn apply(tally: &mut Tally, event: &UserRegistered, at: Timestamp) {
    tally.count(Measure::UsersRegistered, at);
    tally.register(event.user_id, at);
    tally.see(Measure::ActiveUsers, at, event.user_id);
}
