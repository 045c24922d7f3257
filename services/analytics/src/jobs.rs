//! What the analytics service does by itself, by and by.

use revcart_http_edge::host::Job;

use crate::app::App;

/// The table of jobs.
pub(crate) fn all(_app: &App) -> Vec<Job> {
    vec![]
}
