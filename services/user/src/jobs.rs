//! What user-service does by itself, every so often.

use std::time::Duration;

use revcart_http_edge::host::{Job, Progress};
use revcart_persistence::{Error, UnitOfWork};

use crate::app::App;
use crate::keys::RELOAD_EVERY;
use crate::store::{codes, lockouts, sessions};

/// How often it is looked whether the signing key is old.
const ROTATE_KEYS_EVERY: Duration = Duration::from_secs(3600);
/// How often sessions, codes and failed attempts that are over are forgotten, and how many at a time.
const FORGET_SESSIONS_EVERY: Duration = Duration::from_secs(600);
const MOST_SESSIONS: u64 = 1000;

/// The jobs of this service.
pub(crate) fn all(app: &App) -> Vec<Job> {
    vec![
        forget_sessions(app.clone()),
        forget_attempts(app.clone()),
        reload_keys(app.clone()),
        rotate_keys(app.clone()),
    ]
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

fn rotate_keys(app: App) -> Job {
    Job::every("rotate-keys", ROTATE_KEYS_EVERY, move || {
        let app = app.clone();
        Box::pin(async move {
            app.keys.keep_young(&app.database, &app.config).await?;
            Ok(Progress::Idle)
        })
    })
}

fn forget_attempts(app: App) -> Job {
    Job::every("forget-attempts", FORGET_SESSIONS_EVERY, move || {
        let app = app.clone();
        Box::pin(async move {
            let forgotten = app
                .database
                .write((), |unit, ()| Box::pin(forget_old(unit)))
                .await?;
            let more = forgotten as u64 >= MOST_SESSIONS;
            Ok(if more { Progress::More } else { Progress::Idle })
        })
    })
}

/// Of codes and of failed attempts the more.
async fn forget_old(unit: &mut UnitOfWork) -> Result<usize, Error> {
    let now = unit.now();
    let codes = codes::forget(unit.sql(), now, MOST_SESSIONS).await?;
    let lockouts = lockouts::forget(unit.sql(), now, MOST_SESSIONS).await?;
    Ok(codes.max(lockouts))
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
