//! `figures`: what was counted, by minute, hour, day and ever. It is only added to.

pub(super) mod documents;
pub(super) mod sql;

use std::collections::BTreeMap;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};
use shared_events::Timestamp;

use super::Error;
use crate::domain::figures::{Figures, Sum};
use crate::domain::period::Period;
use crate::domain::tally::Place;

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
    match database.reader() {
        Reader::Sql(connection) => sql::series(connection, period).await,
        Reader::Documents(documents) => documents::series(documents, period).await,
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
