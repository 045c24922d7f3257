//! `product_days`: how it went with each product on each day.

pub(super) mod documents;
pub(super) mod sql;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};
use shared_events::{Currency, ProductId};

use super::Error;
use crate::domain::period::Period;
use crate::domain::tally::{Sales, Shelf};

/// By what products are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Rank {
    /// By what was taken for them.
    #[default]
    Revenue,
    /// By units sold.
    Units,
    /// By how often somebody looked at them.
    Views,
}

/// Which products are asked for: the best of a period (of days), by their sums in one currency.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Best {
    pub(crate) period: Period,
    pub(crate) currency: Currency,
    pub(crate) rank: Rank,
    pub(crate) limit: u32,
}

/// Adds to what is there.
pub(crate) async fn add(unit: &UnitOfWork, shelves: &[(Shelf, Sales)]) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::add(tx, shelves).await,
        Work::Documents(documents) => documents::add(documents, shelves).await,
    }
}

/// The best products of a period, with their sums, the best first.
pub(crate) async fn top(
    database: &Database,
    best: &Best,
) -> Result<Vec<(ProductId, Sales)>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::top(connection, best).await,
        Reader::Documents(documents) => documents::top(documents, best).await,
    }
}
