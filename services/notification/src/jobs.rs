//! What the notification service does by itself: sending mail, forgetting what is old, and looking for what other replicas
//! have written to those who look on here.

mod forget_old;
mod send_mail;
mod spread_news;

use revcart_http_edge::host::Job;

use crate::app::App;

/// The table of jobs.
pub(crate) fn all(app: &App) -> Vec<Job> {
    vec![
        send_mail::job(app),
        forget_old::job(app),
        spread_news::job(app),
    ]
}
