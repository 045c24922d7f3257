//! Orders, and how a cart becomes one: pure, no I/O.
//!
//! Reading order: [`order`] (the aggregate), [`number`] (what people call it), [`checkout`] (from a cart to lines; what they
//! cost is [`shared_events::pricing`]), [`progress`] (what a decision of the saga does to the order), [`because`] (why people
//! want an order undone), [`steering`] (what may be decided by hand), [`invoice`], [`again`] (the same once more).

pub mod again;
pub mod because;
pub mod checkout;
pub mod invoice;
pub mod number;
pub mod order;
pub mod progress;
#[cfg(test)]
pub(crate) mod samples;
pub mod steering;

pub use number::OrderNumber;
pub use order::{Moment, Order, Outcome, Terms};
