//! What is kept and counted, and how: pure, knows only messages.
//!
//! Reading order: [`entry`] (an event as the log keeps it); [`measure`] and [`grain`] (what is counted, and by what length of
//! time); [`figures`] (what it comes to); [`tally`] (what a batch of events adds); [`period`] and [`calendar`] (what is asked
//! for, in UTC and by local clocks); [`funnel`], [`carts`], [`cohorts`] (what became of people, carts and users); [`rebuild`].

pub mod calendar;
pub mod carts;
pub mod cohorts;
pub mod entry;
pub mod figures;
pub mod funnel;
pub mod grain;
pub mod measure;
pub mod period;
pub mod rebuild;
pub mod tally;
