//! News from other processes: one look per process at the orders that somebody waits for here, every so often and when another
//! replica says that it has changed one of them. What this process commits itself is told at once and does not wait for it.

use std::sync::Arc;

use revcart_http_edge::host::{Job, JobError, Progress};

use crate::app::App;
use crate::store::orders;

pub(super) fn job(app: &App) -> Job {
    let app = app.clone();
    let look = app.look.clone();
    Job::every("order news", app.config.poll, move || {
        let app = app.clone();
        Box::pin(async move { round(&app).await })
    })
    .woken_by(look)
}

async fn round(app: &App) -> Result<Progress, JobError> {
    let seen = app.followers.seen();
    if seen.is_empty() {
        return Ok(Progress::Idle);
    }
    let ids: Vec<_> = seen.keys().copied().collect();
    let now = orders::versions(app.database.read(), &ids).await?;
    let changed = now.into_iter().filter(|(id, version)| {
        seen.get(id)
            .is_some_and(|&seen| seen < Some(i64::from(*version)))
    });
    let changed: Vec<_> = changed.map(|(id, _)| id).collect();
    for order in orders::load(app.database.read(), &changed).await? {
        let (id, version) = (order.id, i64::from(order.version));
        app.followers.found(&id, version, Arc::new(order));
    }
    Ok(Progress::Idle)
}
