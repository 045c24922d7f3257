//! What every service's store stands on: connections, the unit of work, outbox, inbox, idempotency keys, migrations.
//!
//! Reading order: [`database`] (opening, reading, the one writer), [`unit_of_work`] (one transaction and what leaves with it),
//! [`outbox`], [`inbox`], [`idempotency`], [`batch`] (bounded statement shapes), [`schema`] (migrations), [`documents`]
//! (MongoDB), [`Error`].
//!
//! It never talks to a bus and knows no service: relays and consumers stand in `revcart_messaging`.

pub mod batch;
mod config;
pub mod database;
pub mod documents;
mod error;
pub mod idempotency;
pub mod inbox;
pub mod outbox;
pub mod schema;
#[cfg(feature = "testing")]
pub mod testing;
mod transaction;
pub mod unit_of_work;
mod writer;

pub use config::{SETTINGS, address_of};
pub use database::{Database, Durability, Location, Options, Reader};
pub use documents::Documents;
pub use error::{ConstraintError, Error};
pub use schema::{Schema, platform_migrations};
pub use transaction::Transaction;
pub use unit_of_work::{Cause, UnitOfWork, Work};
