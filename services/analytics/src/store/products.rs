//! `products`: what people call them. For lists only; the last name that came holds.

pub(super) mod documents;
pub(super) mod sql;

use std::collections::BTreeMap;

use revcart_persistence::{Database, Reader, UnitOfWork, Work};
use shared_events::ProductId;

use super::Error;
use crate::domain::tally::Label;

/// Notes what these products are called now.
pub(crate) async fn label(unit: &UnitOfWork, labels: &[(ProductId, Label)]) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::label(tx, labels).await,
        Work::Documents(documents) => documents::label(documents, labels).await,
    }
}

/// What these products are called, as far as it is known.
pub(crate) async fn labels(
    database: &Database,
    products: &[ProductId],
) -> Result<BTreeMap<ProductId, Label>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::labels(connection, products).await,
        Reader::Documents(documents) => documents::labels(documents, products).await,
    }
}
