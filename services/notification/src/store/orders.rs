//! `known_orders`: whose an order is and where mails about it go. Events about payments and deliveries name the order only.

pub(super) mod documents;
pub(super) mod sql;

use revcart_persistence::{UnitOfWork, Work};
use shared_events::OrderId;

use super::Error;
use crate::domain::KnownOrder;

/// These orders; what has not been heard of is left out.
pub(crate) async fn find(unit: &UnitOfWork, ids: &[OrderId]) -> Result<Vec<KnownOrder>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::find(tx, ids).await,
        Work::Documents(documents) => documents::find(documents, ids).await,
    }
}

/// Keeps orders that have just been heard of.
pub(crate) async fn keep(unit: &UnitOfWork, orders: &[KnownOrder]) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::keep(tx, orders).await,
        Work::Documents(documents) => documents::keep(documents, orders).await,
    }
}
