//! `rebuilds`: how far the last rebuild of the figures has come. There is one at a time.

pub(super) mod documents;
pub(super) mod sql;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};

use super::Error;
use crate::domain::rebuild::Rebuild;

/// The last rebuild, if there ever was one.
pub(crate) async fn last(database: &Database) -> Result<Option<Rebuild>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::load(connection).await,
        Reader::Documents(documents) => documents::load(documents).await,
    }
}

/// The same, as this unit of work sees it.
pub(crate) async fn load(unit: &UnitOfWork) -> Result<Option<Rebuild>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::load(tx).await,
        Work::Documents(documents) => documents::load(documents).await,
    }
}

/// Keeps how far it has come.
pub(crate) async fn save(unit: &UnitOfWork, rebuild: &Rebuild) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::save(tx, rebuild).await,
        Work::Documents(documents) => documents::save(documents, rebuild).await,
    }
}
