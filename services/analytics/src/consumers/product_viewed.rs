//! `ProductViewed`: the first step of the funnel. Who is neither logged in nor on a known visit is nobody in particular.

use shared_events::{ProductViewed, Timestamp};

use crate::domain::measure::Measure;
use crate::domain::tally::Tally;

pub(super) fn apply(tally: &mut Tally, event: &ProductViewed, at: Timestamp) {
    tally.count(Measure::ProductViews, at);
    tally.view(at, event.product_id);
    if let Some(user) = event.user_id {
        tally.see(Measure::Visitors, at, user);
        tally.reach(Measure::ReachedViewed, at, user);
        tally.see(Measure::ActiveUsers, at, user);
    } else if let Some(visit) = &event.session_id {
        tally.see(Measure::Visitors, at, visit);
        tally.reach(Measure::ReachedViewed, at, visit);
    }
}
