//! What the product service does by itself, by and by.

mod expire_reservations;
mod publish_views;

use revcart_http_edge::host::Job;

use crate::app::App;

/// The table of jobs.
pub(crate) fn all(app: &App) -> Vec<Job> {
    vec![expire_reservations::job(app), publish_views::job(app)]
}
