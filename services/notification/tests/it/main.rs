//! The notification service as others see it: by messages, over HTTP, over WebSocket, and in the mailbox.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod bad_input;
mod carriers;
mod choices;
mod lists;
mod mails;
mod replicas;
mod resuming;
mod sending;
mod sharing;
mod shop;
mod watching;
