//! The database of the payment service: its schema, and every query on it. Functions take the connection or the unit of
//! work; their callers own the transaction.
//!
//! Reading order: [`migrations`] (the schema); one module per table with its entity and queries: [`payments`],
//! [`attempts`], [`manual_refunds`], [`movements`] (money as it moves), [`gateway_charges`], [`gateway_refusals`] and
//! [`webhook_events`] (what gateways outside know and tell), [`dummy_ledger`] (the books of the gateway for tests); [`till`] (the payments of a batch, loaded, changed and
//! saved together), [`pace`] (when which of them is due at its gateway).

pub(crate) mod attempts;
pub(crate) mod dummy_ledger;
pub(crate) mod gateway_charges;
pub(crate) mod gateway_refusals;
pub(crate) mod manual_refunds;
mod migrations;
pub(crate) mod movements;
pub(crate) mod pace;
pub(crate) mod payments;
#[cfg(test)]
mod plans;
pub(crate) mod till;
pub(crate) mod webhook_events;

pub use migrations::Migrator;
pub use revcart_persistence::Error;
