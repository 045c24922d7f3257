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

pub use migrations::Migrator;
pub use revcart_persistence::Error;
