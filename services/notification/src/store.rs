//! The database of the notification service: its schema, and every query on it. Functions take the database or the unit of
//! work; their callers own the transaction.
//!
//! Reading order: [`migrations`] (tables), [`collections`] (the same in MongoDB); one module per kind of thing kept:
//! [`people`], [`preferences`], [`orders`], [`notices`], [`keys`]; [`dispatches`] (what goes out because of the notices). Each is
//! the same in both kinds of database: `sql` and `documents` below it.

mod collections;
pub(crate) mod dispatches;
pub(crate) mod keys;
mod migrations;
pub(crate) mod notices;
pub(crate) mod orders;
pub(crate) mod people;
pub(crate) mod preferences;

pub use migrations::Migrator;
pub use revcart_persistence::Error;

#[cfg(test)]
mod plans;
