//! Everything that cart-service keeps: carts and what is in them. The only place with SQL.
//!
//! Functions take the connection; those that change something take a transaction, which their caller owns. In front of
//! the database stands the [`cache`], which only commits fill.

pub(crate) mod cache;
pub(crate) mod carts;
pub(crate) mod idleness;
pub(crate) mod items;
mod migrations;
#[cfg(test)]
mod tests;

pub use migrations::Migrator;

use revcart_persistence as persistence;
use sea_orm::DbErr;

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A row holds what this program never writes.
    #[error("a stored {0} cannot be read")]
    Corrupt(&'static str),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] persistence::Error),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}
