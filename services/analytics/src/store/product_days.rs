//! `product_days`: how it went with each product on each day.

pub(super) mod documents;
pub(super) mod sql;

use std::collections::BTreeMap;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};
use shared_events::{Currency, ProductId, Timestamp};

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
    pub(crate) limit: u64,
    /// Only those behind the one of this figure (by which they are ranked) and id.
    pub(crate) after: Option<(i64, ProductId)>,
}

impl Rank {
    /// The figure by which it ranks.
    pub(crate) fn of(self, sales: &Sales) -> i64 {
        match self {
            Self::Revenue => sales.revenue,
            Self::Units => sales.sold,
            Self::Views => sales.views,
        }
    }
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

/// Puts these sums in place of all of a day; returns how many were others before.
pub(crate) async fn replace(
    unit: &UnitOfWork,
    day: Timestamp,
    shelves: &[(Shelf, Sales)],
) -> Result<u64, Error> {
    let stored = match unit.work() {
        Work::Sql(tx) => sql::of_day(tx, day).await?,
        Work::Documents(documents) => documents::of_day(documents, day).await?,
    };
    let stored: BTreeMap<Shelf, Sales> = stored.into_iter().collect();
    let computed: BTreeMap<Shelf, Sales> = shelves.iter().copied().collect();
    if stored == computed {
        return Ok(0);
    }
    match unit.work() {
        Work::Sql(tx) => sql::clear(tx, day).await?,
        Work::Documents(documents) => documents::clear(documents, day).await?,
    }
    add(unit, shelves).await?;
    let others = |(shelf, sales): &(&Shelf, &Sales)| stored.get(shelf) != Some(sales);
    let gone = stored.keys().filter(|shelf| !computed.contains_key(shelf));
    Ok((computed.iter().filter(others).count() + gone.count()) as u64)
}
