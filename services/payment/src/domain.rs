//! What the payment service knows and decides: pure, without I/O, clock or database.
//!
//! One aggregate: [`payment`], the money of one order; and what a day adds up to, [`settlement`].

pub mod payment;
pub mod settlement;
