//! What the analytics service does by itself, by and by.

mod forget;
mod rebuild;
mod watch_log;

use revcart_http_edge::host::Job;

use crate::app::App;

/// The table of jobs.
pub(crate) fn all(app: &App) -> Vec<Job> {
    vec![forget::job(app), watch_log::job(app), rebuild::job(app)]
}
