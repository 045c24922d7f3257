//! The zones that admins have drawn: one row or document with all of them, so that no two of them can be changed into a
//! contradiction at the same time. There are few, and whoever gives parcels out wants them all.

pub(in crate::store) mod documents;
pub(in crate::store) mod sql;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};

use super::Error;
use crate::domain::map::Area;

/// All of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Drawing {
    /// In no order.
    pub(crate) areas: Vec<Area>,
    /// Raised by every change, from 1; 0, if nothing was ever drawn.
    pub(crate) version: i64,
}

/// What was drawn, as this transaction sees it.
pub(crate) async fn load(unit: &UnitOfWork) -> Result<Drawing, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::load(tx).await,
        Work::Documents(documents) => documents::load(documents).await,
    }
}

/// What was drawn.
pub(crate) async fn read(database: &Database) -> Result<Drawing, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::load(connection).await,
        Reader::Documents(documents) => documents::load(documents).await,
    }
}

/// Replaces the drawing whose version was one less.
///
/// # Errors
/// [`Error::Changed`].
pub(crate) async fn save(unit: &UnitOfWork, drawing: &Drawing) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::save(tx, drawing).await,
        Work::Documents(documents) => documents::save(documents, drawing).await,
    }
}
