//! The user service as others see it: over HTTP and in messages.
#![expect(clippy::unwrap_used, reason = "in a test a panic is an answer")]

mod accounts;
mod addresses;
mod bad_input;
mod bounces;
mod deactivation;
mod demo;
mod documents;
mod email_change;
mod enumeration;
mod keys;
mod lockout;
mod one_time_codes;
mod password;
mod people;
mod profile;
mod registration;
mod replicas;
mod reset;
mod sessions;
mod signed_in;
mod verification;
