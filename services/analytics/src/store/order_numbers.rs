//! `order_numbers`: which order has the number that a shopper tells.

pub(super) mod documents;
pub(super) mod sql;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};
use shared_events::OrderId;

use super::Error;

/// Notes which orders have which numbers.
pub(crate) async fn note(unit: &UnitOfWork, numbers: &[(String, OrderId)]) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::note(tx, numbers).await,
        Work::Documents(documents) => documents::note(documents, numbers).await,
    }
}

/// The order with this number.
pub(crate) async fn find(database: &Database, number: &str) -> Result<Option<OrderId>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::find(connection, number).await,
        Reader::Documents(documents) => documents::find(documents, number).await,
    }
}
