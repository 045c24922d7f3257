//! `sightings`: who was there on which day, in which week and month, so that nobody counts twice.

pub(super) mod documents;
pub(super) mod sql;

use std::collections::BTreeSet;

use revcart_persistence::{UnitOfWork, Work};
use shared_events::{Timestamp, UserId};

use super::Error;
use crate::domain::grain::Grain;
use crate::domain::measure::Measure;
use crate::domain::tally::Sighting;

/// Notes who was there, and returns those who had not been noted before. Nobody may be given twice.
pub(crate) async fn note(
    unit: &UnitOfWork,
    sightings: &[Sighting],
) -> Result<Vec<Sighting>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::note(tx, sightings).await,
        Work::Documents(documents) => documents::note(documents, sightings).await,
    }
}

/// Those of these users that are noted for any of these weeks and months, as any of the measures of cohorts.
pub(crate) async fn of_users(
    unit: &UnitOfWork,
    users: &[UserId],
    starts: &BTreeSet<(Grain, Timestamp)>,
) -> Result<Vec<Sighting>, Error> {
    if users.is_empty() || starts.is_empty() {
        return Ok(Vec::new());
    }
    match unit.work() {
        Work::Sql(tx) => sql::of_users(tx, users, starts).await,
        Work::Documents(documents) => documents::of_users(documents, users, starts).await,
    }
}

/// Forgets all of one day, week or month.
pub(crate) async fn clear(unit: &UnitOfWork, grain: Grain, start: Timestamp) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::clear(tx, grain, start).await,
        Work::Documents(documents) => documents::clear(documents, grain, start).await,
    }
}

/// Forgets some of those who were there before `day`, at most `most`; returns how many.
pub(crate) async fn forget(unit: &UnitOfWork, day: Timestamp, most: u32) -> Result<u64, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::forget(tx, day, most).await,
        Work::Documents(documents) => documents::forget(documents, day, most).await,
    }
}

/// As what somebody stands there: `active-users`, `active-users/week`.
fn what(measure: Measure, grain: Grain) -> String {
    match grain {
        Grain::Day => measure.name().to_owned(),
        other => format!("{}/{}", measure.name(), other.name()),
    }
}

/// The same, read.
fn read_what(what: &str) -> Option<(Measure, Grain)> {
    let (measure, grain) = match what.split_once('/') {
        Some((measure, grain)) => (measure, Grain::find(grain)?),
        None => (what, Grain::Day),
    };
    Some((Measure::find(measure)?, grain))
}

/// Everything that people stand there as, for one length of time.
fn all_whats(grain: Grain) -> impl Iterator<Item = String> {
    let counted =
        move |measure: &Measure| measure.is_of_people() && measure.grains().contains(&grain);
    let measures = Measure::ALL.into_iter().filter(counted);
    measures.map(move |measure| what(measure, grain))
}
