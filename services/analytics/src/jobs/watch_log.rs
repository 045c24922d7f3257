//! Tells those who follow the log what other processes have added to it: one question for all of them. What this process
//! adds they are told by the commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use revcart_http_edge::host::{Job, Progress};

use crate::app::App;
use crate::store::events;

const EVERY: Duration = Duration::from_secs(1);

pub(super) fn job(app: &App) -> Job {
    let app = app.clone();
    let known = Arc::new(AtomicI64::new(0));
    Job::every("watch-log", EVERY, move || {
        let (app, known) = (app.clone(), Arc::clone(&known));
        Box::pin(async move {
            if app.followers.any() {
                let latest = events::latest(&app.database).await?;
                if known.swap(latest, Ordering::Relaxed) != latest {
                    app.followers.wake();
                }
            }
            Ok(Progress::Idle)
        })
    })
}
