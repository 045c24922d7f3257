//! Facts for `revcart audit`, read from a live or a stopped database. It judges nothing: the invariants are checked where
//! the facts of all services come together.

use std::collections::BTreeMap;

use revcart_persistence::Database;
use sea_orm::{
    AccessMode, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    TransactionTrait,
};
use shared_events::{OrderId, ProductId, ReservationId, StockLine};

use crate::domain::reservation::Phase;
use crate::domain::stock::Figures;
use crate::store::reservations::{self, Record};
use crate::store::{Error, movements, stock};

/// What there is of a product, as the figures say and as its parts add up. For every product the two must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductFacts {
    /// The product.
    pub product_id: ProductId,
    /// The figures that the service works with.
    pub figures: Figures,
    /// Units brought in, by the ledger: opening stock and adjustments.
    pub supplied: i64,
    /// Units sold and not returned, by the ledger.
    pub sold: i64,
    /// Units set aside, by the reservations that are alive.
    pub reserved: i64,
}

/// Where a reservation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is held, and nothing is decided.
    Free,
    /// A saga holds units.
    Held,
    /// A caller over REST holds units for a while.
    HeldByCaller,
    /// The units are sold.
    Sold,
    /// Given up for good.
    Released,
}

/// What an order has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservationFacts {
    /// The reservation.
    pub reservation_id: ReservationId,
    /// Its order; none if a caller over REST named none.
    pub order_id: Option<OrderId>,
    /// Where it stands.
    pub standing: Standing,
    /// What it holds, or held last.
    pub lines: Vec<StockLine>,
}

/// The facts of every product, from one snapshot, by three queries.
///
/// # Errors
/// When the database cannot be read.
pub async fn products(database: &Database) -> Result<Vec<ProductFacts>, Error> {
    let snapshot = snapshot(database.read()).await?;
    let figures = stock::all(&snapshot).await?;
    let mut ledger = movements::sums(&snapshot).await?;
    let mut reserved: BTreeMap<ProductId, i64> = BTreeMap::new();
    for (_, live) in reservations::live(&snapshot).await? {
        for line in live.state.lines() {
            *reserved.entry(line.product_id).or_default() += i64::from(line.quantity);
        }
    }
    snapshot.commit().await?;
    let facts = |(product_id, stock): (ProductId, crate::domain::stock::Stock)| {
        let ledger = ledger.remove(&product_id).unwrap_or_default();
        ProductFacts {
            product_id,
            figures: stock.figures(),
            supplied: ledger.supplied,
            sold: ledger.sold,
            reserved: reserved.remove(&product_id).unwrap_or_default(),
        }
    };
    Ok(figures.into_iter().map(facts).collect())
}

/// A transaction that sees one state of the database from its first query to its last.
async fn snapshot(readers: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    match readers.get_database_backend() {
        DbBackend::Sqlite => readers.begin().await,
        _ => {
            let isolation = Some(IsolationLevel::RepeatableRead);
            let access = Some(AccessMode::ReadOnly);
            readers.begin_with_config(isolation, access).await
        }
    }
}

/// Reservations in the order of their ids, at most `limit` from after `after` on.
///
/// # Errors
/// When the database cannot be read.
pub async fn reservations(
    database: &Database,
    after: Option<ReservationId>,
    limit: u64,
) -> Result<Vec<ReservationFacts>, Error> {
    let page = reservations::page(database.read(), after, limit).await?;
    Ok(page.into_iter().map(facts).collect())
}

fn facts((reservation_id, record): (ReservationId, Record)) -> ReservationFacts {
    ReservationFacts {
        reservation_id,
        order_id: record.order,
        standing: match record.state.phase() {
            Phase::Free => Standing::Free,
            Phase::HeldBySaga => Standing::Held,
            Phase::HeldByCaller(_) => Standing::HeldByCaller,
            Phase::Sold => Standing::Sold,
            Phase::Released => Standing::Released,
        },
        lines: record.state.lines().to_vec(),
    }
}
