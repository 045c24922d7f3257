//! The database of the payment service: its schema, and every query on it. Functions take the connection or the unit of
//! work; their callers own the transaction.
//!
//! Reading order: [`migrations`] (the schema); one module per table with its entity and queries: [`payments`],
//! [`attempts`], [`manual_refunds`], [`dummy_ledger`] (the books of the gateway for tests); [`till`] (the payments of a batch, loaded, changed and
//! saved together), [`pace`] (when which of them is due at its gateway).

pub(crate) mod attempts;
pub(crate) mod dummy_ledger;
pub(crate) mod manual_refunds;
mod migrations;
pub(crate) mod pace;
pub(crate) mod payments;
#[cfg(test)]
mod plans;
pub(crate) mod till;

use revcart_persistence::Error as DatabaseError;
use sea_orm::DbErr;

pub use migrations::Migrator;

/// Why the store could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A stored row does not say what this program would have written.
    #[error("row {key} of {table} cannot be read")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// Primary key of the row.
        key: String,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}

impl Error {
    fn corrupt(
        table: &'static str,
        key: impl ToString,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Corrupt {
            table,
            key: key.to_string(),
            source: source.into(),
        }
    }
}
