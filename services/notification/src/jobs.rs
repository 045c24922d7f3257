//! What the notification service does by itself: sending mail, and forgetting what is old.

mod forget_old;
mod send_mail;

use revcart_http_edge::host::Job;

use crate::app::App;

/// The table of jobs.
pub(crate) fn all(app: &App) -> Vec<Job> {
    vec![send_mail::job(app), forget_old::job(app)]
}
