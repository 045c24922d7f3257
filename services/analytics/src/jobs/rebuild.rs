//! Counts figures anew from the log, a day, week or month at a time, each in one transaction: what is read of the log is all
//! there is of it, and figures change from what they were to what they should be in one step.

mod days;
mod people;

use std::time::Duration;

use revcart_http_edge::host::{Job, Progress};
use revcart_persistence::UnitOfWork;
use shared_events::Timestamp;

use crate::app::App;
use crate::consumers;
use crate::domain::grain::Grain;
use crate::domain::rebuild::Window;
use crate::domain::tally::{Additions, Tally};
use crate::store::{self, SIGHTINGS_KEPT, events, rebuilds, sightings};

/// One that another process was asked for, or that was broken off, is gone on with.
const EVERY: Duration = Duration::from_secs(10);
/// Events read at a time.
const PAGE: u32 = 1_000;

pub(super) fn job(app: &App) -> Job {
    let (app, wake) = (app.clone(), app.rebuild.clone());
    let job = Job::every("rebuild", EVERY, move || {
        let app = app.clone();
        Box::pin(async move {
            let database = app.database.clone();
            let progress = database.write(app, |unit, app| Box::pin(step(unit, app)));
            Ok::<Progress, store::Error>(progress.await?).map_err(Into::into)
        })
    });
    job.woken_by(wake)
}

async fn step(unit: &mut UnitOfWork, app: &App) -> Result<Progress, store::Error> {
    let Some(mut rebuild) = rebuilds::load(unit).await? else {
        return Ok(Progress::Idle);
    };
    let Some(window) = rebuild.next else {
        return Ok(Progress::Idle);
    };
    events::hold(unit).await?;
    let additions = count(unit, app, window).await?;
    let corrected = match window.grain {
        Grain::Day => days::correct(unit, app, window, additions).await?,
        _ => people::correct(unit, window, additions).await?,
    };
    rebuild.advance(corrected, unit.now());
    if !rebuild.is_running() {
        let history = Grain::Ever.start(unit.now());
        rebuild.corrected += people::made_of_days(unit, Grain::Ever, history).await?;
    }
    rebuilds::save(unit, &rebuild).await?;
    if rebuild.is_running() {
        return Ok(Progress::More);
    }
    tracing::info!(corrected = rebuild.corrected, from = %rebuild.from, "figures have been counted anew");
    Ok(Progress::Idle)
}

/// What the log says about some time.
async fn count(unit: &UnitOfWork, app: &App, window: Window) -> Result<Additions, store::Error> {
    let mut tally = Tally::new(app.config.currency);
    let (within, mut after) = ((window.start, window.end()), None);
    loop {
        let page = events::sent_within(unit, within, after, PAGE).await?;
        let Some(last) = page.last() else {
            break;
        };
        after = Some((last.entry.time, last.sequence));
        for logged in &page {
            consumers::count_again(&mut tally, &logged.entry);
        }
        if page.len() < PAGE as usize {
            break;
        }
    }
    let mut additions = tally.finish();
    additions
        .sightings
        .retain(|sighting| sighting.grain == window.grain);
    Ok(additions)
}

/// Notes who was there anew, if that is still kept.
async fn see_again(
    unit: &UnitOfWork,
    window: Window,
    additions: &Additions,
) -> Result<(), store::Error> {
    let kept: Timestamp = Grain::Day.start(unit.now().before(SIGHTINGS_KEPT));
    if window.start < kept {
        return Ok(());
    }
    sightings::clear(unit, window.grain, window.start).await?;
    sightings::note(unit, &additions.sightings).await.map(drop)
}
