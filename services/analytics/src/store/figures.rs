//! `figures`: what was counted, by minute, hour, day and ever. It is only added to.

pub(super) mod documents;
pub(super) mod sql;

use std::collections::BTreeMap;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};
use shared_events::Timestamp;

use super::Error;
use crate::domain::calendar::{Read, Span};
use crate::domain::figures::{Figures, Sum};
use crate::domain::grain::Grain;
use crate::domain::period::Period;
use crate::domain::tally::Place;

/// Some time: from when, until when.
pub(crate) type Stretch = (Timestamp, Timestamp);
/// Stretches read in one statement: a database searches for each of them.
const MOST_STRETCHES: usize = 64;

/// Adds to what is there.
pub(crate) async fn add(unit: &UnitOfWork, sums: BTreeMap<Place, Sum>) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::add(tx, sums).await,
        Work::Documents(documents) => documents::add(documents, sums).await,
    }
}

/// The figures of every bucket of a period in which something happened.
pub(crate) async fn series(
    database: &Database,
    period: &Period,
) -> Result<BTreeMap<Timestamp, Figures>, Error> {
    read(database, period.grain(), &[(period.from(), period.until())]).await
}

/// The figures of some time cut as clocks cut it, part by part.
pub(crate) async fn of_span(database: &Database, span: &Span) -> Result<Vec<Figures>, Error> {
    let mut all = Read::new();
    for (grain, stretches) in span.readings() {
        all.insert(grain, read(database, grain, &stretches).await?);
    }
    Ok(span.add_up(&all))
}

/// The figures of every bucket in these stretches of time in which something happened. The stretches do not overlap.
pub(super) async fn read(
    database: &Database,
    grain: Grain,
    stretches: &[Stretch],
) -> Result<BTreeMap<Timestamp, Figures>, Error> {
    let mut series = BTreeMap::new();
    for some in stretches.chunks(MOST_STRETCHES) {
        series.append(&mut match database.reader() {
            Reader::Sql(connection) => sql::read(connection, grain, some).await?,
            Reader::Documents(documents) => documents::read(documents, grain, some).await?,
        });
    }
    Ok(series)
}

/// The same, of one stretch, as this unit of work sees it.
pub(crate) async fn within(
    unit: &UnitOfWork,
    grain: Grain,
    stretch: Stretch,
) -> Result<BTreeMap<Timestamp, Figures>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::read(tx, grain, &[stretch]).await,
        Work::Documents(documents) => documents::read(documents, grain, &[stretch]).await,
    }
}

/// The figures of all of history.
pub(crate) async fn ever(database: &Database) -> Result<Figures, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::ever(connection).await,
        Reader::Documents(documents) => documents::ever(documents).await,
    }
}

/// Forgets figures by the minute that began before `before`, the oldest first, about `most` at a time; returns how many.
pub(crate) async fn forget_minutes(
    unit: &UnitOfWork,
    before: Timestamp,
    most: u32,
) -> Result<u64, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::forget_minutes(tx, before, most).await,
        Work::Documents(documents) => documents::forget_minutes(documents, before, most).await,
    }
}
