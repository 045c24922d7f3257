//! The analytics service as others see it: over HTTP and by messages.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod authorisation;
mod bad_input;
mod figures;
mod log;
mod poison;
mod products;
mod reports;
mod retention;
mod sharing;
mod shop;
mod stream;
mod timeline;
mod track;
mod visitors;
