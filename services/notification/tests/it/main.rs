//! The notification service as others see it: by messages, over HTTP, over WebSocket, and in the mailbox.

mod bad_input;
mod lists;
mod mails;
mod replicas;
mod sharing;
mod shop;
mod watching;
