//! Orders, what they cost and how a cart becomes one: pure, no I/O.
//!
//! Reading order: [`order`] (the aggregate), [`checkout`] (from a cart to lines), [`pricing`] (from lines to a total),
//! [`number`] (what people call an order), [`progress`] (what a decision of the saga does to the order),
//! [`steering`] (what may be decided by hand).

pub mod checkout;
pub mod number;
pub mod order;
pub mod pricing;
pub mod progress;
#[cfg(test)]
pub(crate) mod samples;
pub mod steering;

pub use number::OrderNumber;
pub use order::{Moment, Order, Outcome, Placement};
pub use pricing::{Price, Tariff};
