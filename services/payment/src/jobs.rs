//! What the payment service does by itself, by and by.

mod ask_gateways;
mod forget_events;

use revcart_http_edge::host::Job;

use crate::app::App;

/// The table of jobs.
pub(crate) fn all(app: &App) -> Vec<Job> {
    vec![ask_gateways::job(app), forget_events::job(app)]
}
