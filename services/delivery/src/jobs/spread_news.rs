//! News from other processes: one look per process at the deliveries and agents that somebody watches here, every so often and
//! when another replica says that there is some. What this process commits itself is told at once and does not wait for it.

use std::sync::Arc;
use std::time::Duration;

use revcart_http_edge::host::{Job, JobError, Progress};
use shared_events::OrderId;

use crate::app::App;
use crate::store::{agents, deliveries};

const EVERY: Duration = Duration::from_millis(500);

pub(super) fn job(app: &App) -> Job {
    let (app, look) = (app.clone(), app.look.clone());
    Job::every("spread-news", EVERY, move || {
        let app = app.clone();
        Box::pin(async move { round(&app).await })
    })
    .woken_by(look)
}

async fn round(app: &App) -> Result<Progress, JobError> {
    look_at_deliveries(app).await?;
    look_at_agents(app).await?;
    Ok(Progress::Idle)
}

async fn look_at_deliveries(app: &App) -> Result<(), JobError> {
    let seen = app.followers.deliveries.seen();
    let followed: Vec<_> = seen.keys().copied().collect();
    let versions = deliveries::versions(&app.database, &followed).await?;
    let is_news =
        |order: &OrderId, version| seen.get(order).is_some_and(|seen| *seen < Some(version));
    let changed: Vec<_> = versions
        .into_iter()
        .filter(|(order, version)| is_news(order, *version))
        .map(|(order, _)| order)
        .collect();
    for (order, record) in deliveries::load(&app.database, &changed).await? {
        let version = record.version;
        app.followers
            .deliveries
            .found(&order, version, Arc::new(record));
    }
    Ok(())
}

async fn look_at_agents(app: &App) -> Result<(), JobError> {
    let followed: Vec<_> = app.followers.agents.seen().into_keys().collect();
    for (agent, sequence, location) in agents::locations(&app.database, &followed).await? {
        app.followers.agents.found(&agent, sequence, location);
    }
    Ok(())
}
