//! What user-service does by itself, every so often.

use std::time::Duration;

use revcart_http_edge::host::{Job, Progress};
use revcart_persistence::{Error, UnitOfWork};

use crate::app::App;
use crate::keys::RELOAD_EVERY;
use crate::store::sessions;

/// How often sessions that are over are forgotten, and how many at a time.
const FORGET_SESSIONS_EVERY: Duration = Duration::from_secs(600);
const MOST_SESSIONS: u64 = 1000;

/// The jobs of this service.
pub(crate) fn all(app: &App) -> Vec<Job> {
    vec![forget_sessions(app.clone()), reload_keys(app.clone())]
}

fn reload_keys(app: App) -> Job {
    Job::every("reload-keys", RELOAD_EVERY, move || {
        let app = app.clone();
        Box::pin(async move {
            app.keys.reload(&app.database).await?;
            Ok(Progress::Idle)
        })
    })
}

fn forget_sessions(app: App) -> Job {
    Job::every("forget-sessions", FORGET_SESSIONS_EVERY, move || {
        let app = app.clone();
        Box::pin(async move {
            let forgotten = app
                .database
                .write((), |unit, ()| Box::pin(forget_expired(unit)))
                .await?;
            let more = forgotten as u64 >= MOST_SESSIONS;
            Ok(if more { Progress::More } else { Progress::Idle })
        })
    })
}

async fn forget_expired(unit: &mut UnitOfWork) -> Result<usize, Error> {
    Ok(sessions::forget_expired(unit.sql(), unit.now(), MOST_SESSIONS).await?)
}
