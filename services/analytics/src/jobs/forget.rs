//! Forgets what has been kept long enough: old events, old figures by the minute, and who was seen on days long past.

use std::time::Duration;

use revcart_http_edge::host::{Job, Progress};
use revcart_persistence::{UnitOfWork, inbox};

use crate::app::App;
use crate::domain::grain::Grain;
use crate::store::{self, events, figures, sightings};

const EVERY: Duration = Duration::from_secs(60);
/// Rows of each kind in one transaction: others want to write too.
const MOST: u32 = 1_000;
/// An event that is no duplicate may count somebody for as long as duplicates are recognised at all.
const SIGHTINGS_KEPT: Duration = inbox::KEPT;

pub(super) fn job(app: &App) -> Job {
    let app = app.clone();
    Job::every("forget", EVERY, move || {
        let app = app.clone();
        Box::pin(async move {
            let database = app.database.clone();
            let forgotten = database
                .write(app, |unit, app| Box::pin(forget(unit, app)))
                .await?;
            Ok(if forgotten == 0 {
                Progress::Idle
            } else {
                Progress::More
            })
        })
    })
}

async fn forget(unit: &mut UnitOfWork, app: &App) -> Result<u64, store::Error> {
    let (now, config) = (unit.now(), &app.config);
    let old = now.before(config.events_kept);
    let events = events::forget(unit, old, MOST).await?;
    let old = now.before(config.minutes_kept);
    let minutes = figures::forget_minutes(unit, old, MOST).await?;
    let old = Grain::Day.start(now.before(SIGHTINGS_KEPT));
    let sightings = sightings::forget(unit, old, MOST).await?;
    Ok(events + minutes + sightings)
}
