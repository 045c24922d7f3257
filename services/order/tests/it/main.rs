//! The order service, driven through its edge and its queue; the other services are stubs.

#![expect(clippy::unwrap_used, reason = "what a test does not expect fails it")]

mod bad_input;
mod batches;
mod cancelling;
mod checkout;
mod coupons;
mod deadlines;
mod documents;
mod facts;
mod guests;
mod history;
mod invoices;
mod live;
mod operators;
mod privacy;
mod reordering;
mod replays;
mod replicas;
mod settling;
mod shop;
mod steering;
