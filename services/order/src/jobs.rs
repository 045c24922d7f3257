//! What comes round by itself: deadlines of sagas, news from other processes for who waits here, gauges.

mod deadlines;
mod gauges;
mod news;

use revcart_http_edge::host::Job;

use crate::app::App;

/// Every job of this service.
pub(crate) fn all(app: &App) -> Vec<Job> {
    vec![deadlines::job(app), news::job(app), gauges::job(app)]
}
