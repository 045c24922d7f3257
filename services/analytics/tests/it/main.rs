//! The analytics service as others see it: over HTTP and by messages.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod abandonment;
mod authorisation;
mod bad_input;
mod cohorts;
mod document;
mod figures;
mod log;
mod poison;
mod products;
mod rebuild;
mod reports;
mod retention;
mod sharing;
mod shop;
mod stream;
mod time_zones;
mod timeline;
mod track;
mod visitors;
