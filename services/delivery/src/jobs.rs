//! What the delivery service does by itself, by and by.

mod search_agents;
mod spread_news;

use revcart_http_edge::host::Job;

use crate::app::App;

/// The table of jobs.
pub(crate) fn all(app: &App) -> Vec<Job> {
    vec![search_agents::job(app), spread_news::job(app)]
}
