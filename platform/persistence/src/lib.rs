//! What every service's store stands on: connections, the unit of work, outbox, inbox, idempotency keys, migrations.
//!
//! Reading order: [`database`] (opening, reading, the one writer), [`unit_of_work`] (one transaction and what leaves with it),
//! [`outbox`], [`inbox`], [`idempotency`], [`batch`] (bounded statement shapes), [`schema`] (migrations), [`Error`].
//!
//! It never talks to a bus and knows no service: relays and consumers stand in `revcart_messaging`.

pub mod batch;
pub mod database;
mod error;
pub mod idempotency;
pub mod inbox;
pub mod outbox;
pub mod schema;
pub mod unit_of_work;
mod writer;

pub use database::{Database, Durability, Location, Options};
pub use error::{ConstraintError, Error};
pub use schema::platform_migrations;
pub use unit_of_work::{Cause, UnitOfWork};
