//! What is counted and how: pure, knows only messages.
//!
//! Reading order: [`entry`] (an event as the log keeps it).

pub mod entry;
