//! The kit itself, on a service that is as small as a service can be.

mod driving;
mod plans;
mod restarting;
mod shelf;
