//! The payment service as others see it: over HTTP and by messages.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod audit;
mod authorisation;
mod bad_input;
mod by_hand;
mod cash;
mod commands;
mod crashes;
mod crowd;
mod dummy_page;
mod gateway_contract;
mod gateways;
mod guests;
mod history;
mod late_money;
mod poison;
mod razorpay;
mod replicas;
mod secrets;
mod settlements;
mod stripe;
mod tokens;
mod trace;
mod waking;
mod webhooks;
mod world;
