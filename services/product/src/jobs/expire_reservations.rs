//! Gives back what callers over REST have set aside and not taken in time. What a saga holds never expires.

use std::collections::BTreeSet;
use std::time::Duration;

use revcart_http_edge::host::{Job, JobError, Progress};
use revcart_persistence::{Cause, UnitOfWork};

use crate::app::App;
use crate::domain::reservation;
use crate::store::{self, reservations, warehouse::Warehouse};

const EVERY: Duration = Duration::from_secs(5);
/// Reservations in one transaction.
const MOST: u64 = 100;

pub(super) fn job(app: &App) -> Job {
    let app = app.clone();
    Job::every("expire-reservations", EVERY, move || {
        Box::pin(round(app.clone()))
    })
}

async fn round(app: App) -> Result<Progress, JobError> {
    let database = app.database.clone();
    // A look at the index first: the writer is left alone when there is nothing to do.
    let overdue = reservations::overdue(database.read(), app.clock.now(), 1).await?;
    if overdue.is_empty() {
        return Ok(Progress::Idle);
    }
    let expired = database
        .write(app, |unit, app| Box::pin(expire(unit, app)))
        .await?;
    tracing::info!(reservations = expired, "reservations over REST expired");
    Ok(if expired < MOST {
        Progress::Idle
    } else {
        Progress::More
    })
}

async fn expire(unit: &mut UnitOfWork, app: &App) -> Result<u64, store::Error> {
    let now = unit.now();
    let overdue = reservations::overdue(unit.sql(), now, MOST).await?;
    let ids: BTreeSet<_> = overdue.iter().copied().collect();
    let mut warehouse = Warehouse::load(unit, &ids, BTreeSet::new()).await?;
    let cause = Cause::new("expire-reservations");
    for id in &overdue {
        let next = reservation::expire(warehouse.state(*id), now);
        if let Some(holder) = warehouse.holder(*id) {
            warehouse.change(holder, next, &cause);
        }
    }
    app.save(unit, warehouse).await?;
    Ok(overdue.len() as u64)
}
