//! The database of the user service: its schema, and every query on it. Functions take the connection or the transaction;
//! their callers own it.
//!
//! Reading order: [`migrations`] (the schema); one module per table with its entity and queries: [`accounts`],
//! [`addresses`], [`sessions`], [`signing_keys`].

pub(crate) mod accounts;
pub(crate) mod addresses;
mod migrations;
pub(crate) mod sessions;
pub(crate) mod signing_keys;
#[cfg(test)]
mod tests;

pub use migrations::Migrator;

use revcart_persistence::Error as DatabaseError;
use sea_orm::DbErr;

/// Why the store could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Another account has this e-mail address.
    #[error("another account has this e-mail address")]
    EmailTaken,
    /// There is a signing key with this number.
    #[error("there is a signing key with this number")]
    KeyTaken,
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}
