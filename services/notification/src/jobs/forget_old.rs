//! Deletes notices that are older than they are kept, a few at a time.

use std::time::Duration;

use revcart_http_edge::host::{Job, Progress};

use crate::app::App;
use crate::store::{Error, notices};

const EVERY: Duration = Duration::from_secs(60);
/// Notices in one transaction.
const MOST: u32 = 1000;

pub(super) fn job(app: &App) -> Job {
    let app = app.clone();
    Job::every("forget-old-notices", EVERY, move || {
        let (database, kept) = (app.database.clone(), app.config.kept);
        Box::pin(async move {
            let forgotten: u64 = database
                .write(kept, |unit, kept| {
                    Box::pin(notices::forget_old(unit, *kept, MOST))
                })
                .await
                .map_err(|error: Error| error)?;
            Ok(if forgotten < u64::from(MOST) {
                Progress::Idle
            } else {
                Progress::More
            })
        })
    })
}
