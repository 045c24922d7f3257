//! What the cart service does by itself, by and by.

mod expire_carts;
mod expire_holds;
mod tell_abandoned;

use revcart_http_edge::host::Job;

use crate::app::App;

/// The table of jobs.
pub(crate) fn all(app: &App) -> Vec<Job> {
    let mut jobs = vec![
        tell_abandoned::job(app),
        expire_holds::job(app),
        expire_carts::guests(app),
        expire_carts::users(app),
    ];
    jobs.extend(app.cache.job());
    jobs
}
