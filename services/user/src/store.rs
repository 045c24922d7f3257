//! The database of the user service: its schema, and every query on it. Functions take the connection or the transaction;
//! their callers own it.
//!
//! Reading order: [`migrations`] (the schema); one module per table with its entity and queries: [`accounts`],
//! [`addresses`], [`sessions`], [`codes`], [`lockouts`], [`signing_keys`], [`secrets`].

pub(crate) mod accounts;
pub(crate) mod addresses;
pub(crate) mod codes;
pub(crate) mod lockouts;
mod migrations;
pub(crate) mod secrets;
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
    /// Without this key nothing could be signed.
    #[error("this is the only signing key; add another first")]
    LastKey,
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}
