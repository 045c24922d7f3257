//! What the payment service knows and decides: pure, without I/O, clock or database.
//!
//! One aggregate: [`payment`], the money of one order.

pub mod payment;
