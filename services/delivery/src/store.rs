//! The store of the delivery service: its schema, and every query on it.
//!
//! Functions that change something take the unit of work, which their caller owns; functions that only look take the
//! database. Each exists twice below, in `sql` for a file of `SQLite` and in `documents` for MongoDB; which of them runs
//! depends on where the unit of work or the database lives.
//!
//! A file has one owner, MongoDB may have several. There a transaction reads as of its beginning and does not lock what it
//! reads: whoever changes what another transaction changes at the same time runs again. So what is decided must rest on what
//! is written: to give a parcel to an agent moves that agent's load.
//!
//! Reading order: [`migrations`] (the schema of both kinds); one module per table or collection: [`agents`], [`locations`],
//! [`deliveries`], [`searches`], [`zones`]; [`dispatch`] (deliveries and agents of a batch, loaded, changed and saved together).

pub(crate) mod agents;
pub(crate) mod deliveries;
pub(crate) mod dispatch;
pub(crate) mod locations;
mod migrations;
pub(crate) mod searches;
pub(crate) mod zones;

use revcart_persistence::{Error as DatabaseError, documents};
use sea_orm::DbErr;
use uuid::Uuid;

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
    /// An agent was to hand over more than they have in hand.
    #[error("an agent has less in hand than what is taken from them")]
    NothingInHand,
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}

/// An id that a document holds.
fn uuid(stored: documents::values::Uuid) -> Uuid {
    Uuid::from_bytes(stored.bytes())
}

#[cfg(test)]
mod tests;
