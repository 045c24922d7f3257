//! The order service, driven through its edge and its queue; the other services are stubs.

#![expect(clippy::unwrap_used, reason = "what a test does not expect fails it")]

mod bad_input;
mod batches;
mod cancelling;
mod checkout;
mod deadlines;
mod facts;
mod live;
mod operators;
mod privacy;
mod replays;
mod replicas;
mod settling;
mod shop;
mod steering;
