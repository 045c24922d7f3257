//! The user service as others see it: over HTTP and in messages.
#![expect(clippy::unwrap_used, reason = "in a test a panic is an answer")]

mod accounts;
mod addresses;
mod bad_input;
mod bounces;
mod demo;
mod keys;
mod password;
mod people;
mod profile;
mod registration;
mod replicas;
mod sessions;
