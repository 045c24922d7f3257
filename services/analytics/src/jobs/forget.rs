//! Forgets what has been kept long enough: old events, old figures by the minute, and who was seen on days long past.

use std::time::Duration;

use revcart_http_edge::host::{Job, Progress};
use revcart_persistence::UnitOfWork;

use crate::app::App;
use crate::domain::grain::Grain;
use crate::store::{self, SIGHTINGS_KEPT, cart_moments, events, figures, rebuilds, sightings};

const EVERY: Duration = Duration::from_secs(60);
/// Rows of each kind in one transaction: others want to write too.
const MOST: u32 = 1_000;
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
    // A rebuild reads what would be forgotten.
    if rebuilds::load(unit)
        .await?
        .is_some_and(|rebuild| rebuild.is_running())
    {
        return Ok(0);
    }
    let (now, config) = (unit.now(), &app.config);
    let old = now.before(config.events_kept);
    let events = events::forget(unit, old, MOST).await?;
    let old = now.before(config.minutes_kept);
    let minutes = figures::forget_minutes(unit, old, MOST).await?;
    let old = Grain::Day.start(now.before(SIGHTINGS_KEPT));
    let sightings = sightings::forget(unit, old, MOST).await?;
    let carts = cart_moments::forget(unit, old, MOST).await?;
    Ok(events + minutes + sightings + carts)
}
