//! Who asks the gateways, outside every transaction.
//!
//! What is to be asked is written down before (the payment's row names the task, and so the idempotency key) and leased to
//! this process by the very transaction that makes it necessary; after the commit it lies on the [`Desk`]. [`flights`] asks,
//! many at a time, and records what came of it, many in one write. [`visit`] is one payment's turn at its gateway, [`record`]
//! the write, [`sweep`] what finds the rest. What a crash leaves is found by its lease and looked up at the gateway before anything is asked again.

mod alarm;
pub(crate) mod at_once;
mod desk;
pub(crate) mod flights;
pub(crate) mod record;
mod sweep;
pub(crate) mod visit;

pub(crate) use desk::Desk;
