//! The database of the notification service: its schema, and every query on it. Functions take the connection or the unit
//! of work; their callers own the transaction.
//!
//! Reading order: [`migrations`] (the schema); one module per table with its entity and queries: [`people`], [`orders`],
//! [`notices`]; [`mailing`] (the mails among the notices).

pub(crate) mod mailing;
mod migrations;
pub(crate) mod notices;
pub(crate) mod orders;
pub(crate) mod people;

use revcart_persistence::Error as DatabaseError;
use sea_orm::DbErr;

pub use migrations::Migrator;

/// Why the store could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}

#[cfg(test)]
mod plans;
