//! `events`: the log of everything that happened, numbered in the order of commits: whoever reads it live goes on from a
//! number and misses nothing.

pub(super) mod documents;
pub(super) mod sql;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};
use shared_events::{OrderId, Timestamp};

use super::Error;
use crate::domain::entry::Entry;

/// More events than any order has.
const MOST_OF_ORDER: u32 = 5_000;

/// An event in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Logged {
    /// Its number.
    pub(crate) sequence: i64,
    pub(crate) received_at: Timestamp,
    pub(crate) entry: Entry,
}

/// Adds events to the log, in this order.
pub(crate) async fn append(unit: &UnitOfWork, entries: Vec<Entry>) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::append(tx, entries, unit.now()).await,
        Work::Documents(documents) => documents::append(documents, entries, unit.now()).await,
    }
}

/// Events after number `after` (from the first on without), all or those of one name, oldest first.
pub(crate) async fn after(
    database: &Database,
    after: Option<i64>,
    name: Option<&str>,
    limit: u64,
) -> Result<Vec<Logged>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::after(connection, after, name, limit).await,
        Reader::Documents(documents) => documents::after(documents, after, name, limit).await,
    }
}

/// The last events, all or those of one name, the latest first.
pub(crate) async fn last(
    database: &Database,
    name: Option<&str>,
    limit: u64,
) -> Result<Vec<Logged>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::last(connection, name, limit).await,
        Reader::Documents(documents) => documents::last(documents, name, limit).await,
    }
}

/// Number of the latest event; 0 if there is none.
pub(crate) async fn latest(database: &Database) -> Result<i64, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::latest(connection).await,
        Reader::Documents(documents) => documents::latest(documents).await,
    }
}

/// All events of an order, in the order received.
pub(crate) async fn of_order(database: &Database, order: OrderId) -> Result<Vec<Logged>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::of_order(connection, order).await,
        Reader::Documents(documents) => documents::of_order(documents, order).await,
    }
}

/// Events sent in some time as this unit of work sees them, in the order of that and of their numbers, after the one of `after`.
pub(crate) async fn sent_within(
    unit: &UnitOfWork,
    (from, until): (Timestamp, Timestamp),
    after: Option<(Timestamp, i64)>,
    limit: u32,
) -> Result<Vec<Logged>, Error> {
    let from = after.map_or((from, i64::MIN), |after| after);
    match unit.work() {
        Work::Sql(tx) => sql::sent_within(tx, from, until, limit).await,
        Work::Documents(documents) => documents::sent_within(documents, from, until, limit).await,
    }
}

/// When the first of all events was sent, and the last.
pub(crate) async fn sent_between(
    unit: &UnitOfWork,
) -> Result<Option<(Timestamp, Timestamp)>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::sent_between(tx).await,
        Work::Documents(documents) => documents::sent_between(documents).await,
    }
}

/// Number of the oldest event that there still is, and when it came.
pub(crate) async fn oldest(unit: &UnitOfWork) -> Result<Option<(i64, Timestamp)>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::oldest(tx).await,
        Work::Documents(documents) => documents::oldest_received(documents).await,
    }
}

/// Has whoever adds to the log at this moment run again, or this unit of work: what is read of the log here is all there is.
pub(crate) async fn hold(unit: &UnitOfWork) -> Result<(), Error> {
    match unit.work() {
        // There is one writer.
        Work::Sql(_) => Ok(()),
        Work::Documents(documents) => documents::hold(documents, unit.now()).await,
    }
}

/// Forgets events that came before `before`, the oldest first, at most `most`; returns how many.
pub(crate) async fn forget(unit: &UnitOfWork, before: Timestamp, most: u32) -> Result<u64, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::forget(tx, before, most).await,
        Work::Documents(documents) => documents::forget(documents, before, most).await,
    }
}

#[cfg(test)]
mod tests;
