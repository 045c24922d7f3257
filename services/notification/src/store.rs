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

pub use migrations::Migrator;
pub use revcart_persistence::Error;

#[cfg(test)]
mod plans;
