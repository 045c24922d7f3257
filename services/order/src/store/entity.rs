//! The tables as rows: plain columns, no rules. Everything else sees the domain's types.

pub(crate) mod orders;
pub(crate) mod saga_log;
pub(crate) mod saga_timers;
pub(crate) mod sagas;
