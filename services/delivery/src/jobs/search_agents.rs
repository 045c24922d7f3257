//! Looks for agents for the deliveries that have none, oldest order first, and gives up those whose time is over. Woken when
//! an agent becomes free.

use std::collections::BTreeSet;

use revcart_http_edge::host::{Job, JobError, Progress};
use revcart_persistence::UnitOfWork;

use crate::app::App;
use crate::domain::delivery::{self, Step};
use crate::domain::shift::works;
use crate::domain::zone::Zone;
use crate::store::dispatch::Dispatch;
use crate::store::searches::{self, Open};
use crate::store::{self, agents};

/// Deliveries in one transaction.
const MOST: u64 = 128;

pub(super) fn job(app: &App) -> Job {
    let round_of = app.clone();
    Job::every("search-agents", app.config.search_interval, move || {
        let app = round_of.clone();
        Box::pin(async move { round(&app).await })
    })
    .woken_by(app.search.clone())
}

async fn round(app: &App) -> Result<Progress, JobError> {
    let database = &app.database;
    if !searches::any(database).await? {
        return Ok(Progress::Idle);
    }
    let mut ended = 0;
    if searches::any_overdue(database, app.clock.now()).await? {
        let write = database.write(app.clone(), |unit, app| Box::pin(give_up(unit, app)));
        ended = write.await?;
    }
    for zone in zones_with_free_agents(app).await? {
        if searches::any_in(database, &zone).await? {
            let write = database.write((app.clone(), zone), |unit, (app, zone)| {
                Box::pin(hand_out(unit, app, zone))
            });
            ended = ended.max(write.await?);
        }
    }
    Ok(if ended < MOST {
        Progress::Idle
    } else {
        Progress::More
    })
}

/// The zones in which somebody works now and has room.
async fn zones_with_free_agents(app: &App) -> Result<BTreeSet<Zone>, store::Error> {
    let local = app.local_time();
    let with_room = agents::zones_with_room(&app.database).await?;
    let working = with_room.into_iter().filter(|(_, plan)| works(plan, local));
    Ok(working.map(|(zone, _)| zone).collect())
}

async fn give_up(unit: &mut UnitOfWork, app: &App) -> Result<u64, store::Error> {
    let overdue = searches::overdue(unit, MOST).await?;
    let now = unit.now();
    end(unit, app, &overdue, None, |dispatch, open| {
        delivery::expire(dispatch.state(open.order), open.order, now)
    })
    .await
}

async fn hand_out(unit: &mut UnitOfWork, app: &App, zone: &Zone) -> Result<u64, store::Error> {
    let waiting = searches::in_zone(unit, zone, MOST).await?;
    let (now, map) = (unit.now(), app.map_in(unit).await?);
    end(unit, app, &waiting, Some(zone), |dispatch, open| {
        let state = dispatch.state(open.order);
        let parcel = dispatch.record(open.order).parcel.as_ref();
        let near = parcel.and_then(|parcel| parcel.near(&map));
        match dispatch.free_courier(&open.zone, near) {
            Some(courier) if now < open.expires_at => delivery::found(state, open.order, &courier),
            Some(_) | None => (state.clone(), vec![]),
        }
    })
    .await
}

/// Ends what searches it can; returns how many.
async fn end(
    unit: &mut UnitOfWork,
    app: &App,
    searches: &[Open],
    zone: Option<&Zone>,
    step: impl Fn(&Dispatch, &Open) -> Step + Send,
) -> Result<u64, store::Error> {
    let orders: BTreeSet<_> = searches.iter().map(|open| open.order).collect();
    let zones: BTreeSet<_> = zone.into_iter().collect();
    let mut dispatch = Dispatch::load(unit, &orders, &zones, app.config.terms()).await?;
    let mut ended = 0;
    for open in searches {
        let (next, said) = step(&dispatch, open);
        ended += u64::from(!said.is_empty());
        dispatch.change(open.order, next, &open.cause);
        for message in said {
            unit.emit(message, &open.cause);
        }
    }
    app.save(unit, dispatch).await?;
    Ok(ended)
}
