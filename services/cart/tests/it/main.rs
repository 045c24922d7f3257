//! The cart service as others see it: over HTTP and in messages.
#![expect(clippy::unwrap_used, reason = "in a test a panic is an answer")]

mod abandonment;
mod again;
mod bad_input;
mod cache;
mod catalogue;
mod check_out;
mod checkout;
mod coupons;
mod expiry;
mod guests;
mod holds;
mod interface;
mod merging;
mod orders;
mod prices;
mod replicas;
mod shopping;
