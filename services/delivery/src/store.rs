//! The store of the delivery service: its schema, and every query on it.
//!
//! Functions that change something take the unit of work, which their caller owns; functions that only look take the
//! database. Nothing of a particular database shows in what they take and give: a variant on documents fits in here.
//!
//! Reading order: [`migrations`] (the schema); one module per table with its entity and queries: [`agents`], [`locations`],
//! [`deliveries`], [`searches`]; [`dispatch`] (deliveries and agents of a batch, loaded, changed and saved together).

pub(crate) mod agents;
pub(crate) mod deliveries;
pub(crate) mod dispatch;
pub(crate) mod locations;
mod migrations;
pub(crate) mod searches;

use revcart_persistence::Error as DatabaseError;
use sea_orm::DbErr;

pub use migrations::Migrator;

/// Why the store could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The login is an agent already.
    #[error("this login is an agent already")]
    LoginTaken,
    /// The row is not as it was read: somebody else has changed it.
    #[error("changed by somebody else in the meantime")]
    Changed,
    /// Somebody else has given an agent the last delivery that they could take.
    #[error("an agent has been given more elsewhere in the meantime")]
    Overbooked,
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}

#[cfg(test)]
mod tests;
