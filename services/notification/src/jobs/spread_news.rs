//! Notifications that another replica has written and this one was not told of: one look for all who look on here.

use std::time::Duration;

use revcart_http_edge::host::{Job, JobError, Progress};

use crate::app::App;

const EVERY: Duration = Duration::from_secs(2);

pub(super) fn job(app: &App) -> Job {
    let (app, look) = (app.clone(), app.look.clone());
    Job::every("spread-news", EVERY, move || {
        let app = app.clone();
        Box::pin(async move { round(&app).await })
    })
    .woken_by(look)
}

async fn round(app: &App) -> Result<Progress, JobError> {
    let users = app.live.watched();
    for news in app.latest(&users).await? {
        app.live.found(&news);
    }
    Ok(Progress::Idle)
}
