//! The database of the product service: its schema, and every query on it. Functions take the connection or the unit of
//! work; their callers own the transaction.
//!
//! Reading order: [`migrations`] (the schema); one module per table with its entity and queries: [`categories`],
//! [`products`], [`stock`], [`movements`], [`reservations`], [`reorders`], [`suppliers`], [`purchases`], [`images`], [`words`]; [`listings`] and [`search`] (products as the shop shows them);
//! [`sheet`] (products as a table);
//! [`warehouse`] (reservations and stock of a batch, loaded, changed and saved together).

pub(crate) mod categories;
pub(crate) mod images;
pub(crate) mod listings;
mod migrations;
pub(crate) mod movements;
pub(crate) mod products;
pub(crate) mod purchases;
pub(crate) mod reorders;
pub(crate) mod reservations;
pub(crate) mod search;
pub(crate) mod sheet;
pub(crate) mod stock;
pub(crate) mod suppliers;
pub(crate) mod warehouse;
pub(crate) mod words;

use revcart_persistence::Error as DatabaseError;
use sea_orm::DbErr;

pub use migrations::Migrator;

/// Why the store could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Another product has this sku.
    #[error("another product has this sku")]
    SkuTaken,
    /// Another category has this slug.
    #[error("another category has this slug")]
    SlugTaken,
    /// The row is not as it was read: somebody else has changed it.
    #[error("changed by somebody else in the meantime")]
    Changed,
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}

#[cfg(test)]
mod plans;
