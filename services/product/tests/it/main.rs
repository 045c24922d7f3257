//! The product service as others see it: over HTTP and by messages.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod audit;
mod authorisation;
mod bad_input;
mod catalogue;
mod categories;
mod demo;
mod images;
mod inventory;
mod last_units;
mod over_rest;
mod poison;
mod purchases;
mod replicas;
mod reservations;
mod search;
mod sheet;
mod shop;
mod trace;
mod views;
