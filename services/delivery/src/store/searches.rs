//! The orders for which an agent is being looked for, with what the answer will name as its cause: a table or a collection,
//! in `sql` and `documents`. It has an entry for exactly those deliveries that are pending; most deliveries never see it.

pub(in crate::store) mod documents;
pub(in crate::store) mod sql;

use revcart_persistence::{Cause, Database, Reader, UnitOfWork, Work};
use shared_events::{OrderId, Timestamp};

use super::Error;
use crate::domain::zone::Zone;

/// A search that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Open {
    /// The order.
    pub(crate) order: OrderId,
    /// Where an agent is needed.
    pub(crate) zone: Zone,
    /// When to give up.
    pub(crate) expires_at: Timestamp,
    /// What asked for it.
    pub(crate) cause: Cause,
}

/// Writes searches down, in place of earlier ones for the same orders.
pub(crate) async fn put(unit: &UnitOfWork, searches: &[Open]) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::put(tx, searches).await,
        Work::Documents(documents) => documents::put(documents, searches).await,
    }
}

/// Removes searches that have come to an end.
pub(crate) async fn remove(unit: &UnitOfWork, orders: &[OrderId]) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::remove(tx, orders).await,
        Work::Documents(documents) => documents::remove(documents, orders).await,
    }
}

/// Whether any search goes on.
pub(crate) async fn any(database: &Database) -> Result<bool, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::any(connection).await,
        Reader::Documents(documents) => documents::any(documents).await,
    }
}

/// Whether a search is overdue.
pub(crate) async fn any_overdue(database: &Database, now: Timestamp) -> Result<bool, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::any_overdue(connection, now).await,
        Reader::Documents(documents) => documents::any_overdue(documents, now).await,
    }
}

/// Searches whose time is over, the longest overdue first.
pub(crate) async fn overdue(unit: &UnitOfWork, limit: u64) -> Result<Vec<Open>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::overdue(tx, unit.now(), limit).await,
        Work::Documents(documents) => documents::overdue(documents, unit.now(), limit).await,
    }
}

/// Whether a search goes on in this zone.
pub(crate) async fn any_in(database: &Database, zone: &Zone) -> Result<bool, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::any_in(connection, zone).await,
        Reader::Documents(documents) => documents::any_in(documents, zone).await,
    }
}

/// The same, as this transaction sees it.
pub(crate) async fn waits_in(unit: &UnitOfWork, zone: &Zone) -> Result<bool, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::any_in(tx, zone).await,
        Work::Documents(documents) => documents::any_in(documents, zone).await,
    }
}

/// Searches in this zone, oldest order first.
pub(crate) async fn in_zone(
    unit: &UnitOfWork,
    zone: &Zone,
    limit: u64,
) -> Result<Vec<Open>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::in_zone(tx, zone, limit).await,
        Work::Documents(documents) => documents::in_zone(documents, zone, limit).await,
    }
}
