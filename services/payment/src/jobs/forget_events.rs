//! Forgets what gateways have told of so long ago that they do not tell it again.

use std::time::Duration;

use revcart_http_edge::host::{Job, Progress};

use crate::app::App;
use crate::store::webhook_events;

const EVERY: Duration = Duration::from_secs(3600);
/// Gateways give up telling after three days.
const KEPT: Duration = Duration::from_secs(30 * 86_400);
const MOST: u64 = 512;

pub(super) fn job(app: &App) -> Job {
    let app = app.clone();
    Job::every("forget-webhook-events", EVERY, move || {
        let app = app.clone();
        Box::pin(async move {
            let before = app.clock.now().before(KEPT);
            let old = webhook_events::old(app.database.read(), before, MOST).await?;
            if old.is_empty() {
                return Ok(Progress::Idle);
            }
            let forgotten = app.database.write(old, |unit, old| {
                Box::pin(webhook_events::forget(unit.sql(), old))
            });
            forgotten.await?;
            Ok(Progress::More)
        })
    })
}
