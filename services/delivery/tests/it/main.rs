//! The delivery service as others see it: over HTTP and by messages.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod agents;
mod assigning;
mod attempting_again;
mod audit;
mod authorisation;
mod bad_input;
mod by_hand;
mod cancelling;
mod demo;
mod documents;
mod doorstep;
mod guests;
mod listing;
mod live;
mod location;
mod nearest;
mod on_the_road;
mod poison;
mod replicas;
mod restarting;
mod route;
mod shifts;
mod tracking;
mod watching;
mod world;
mod zones;
