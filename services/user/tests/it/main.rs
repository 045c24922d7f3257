//! The user service as others see it: over HTTP and in messages.

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
mod sessions;
