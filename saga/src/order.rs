//! The order saga: reserve the stock, take the payment, find somebody to deliver; after the pick-up only forward.
//!
//! Reading order: [`definition`] (the steps), [`OrderFacts`] and [`Settings`] (what it is given), [`Input`],
//! [`Instance`], [`Transition`] with its [`OrderChange`]s, [`start`] and [`decide`].

mod change;
mod commands;
mod decide;
pub mod definition;
mod facts;
mod input;
mod instance;
mod reading;
mod settings;

pub use change::{OrderChange, Transition};
pub use decide::{decide, start, start_under};
pub use definition::{DEFINITIONS, NAME};
pub use facts::OrderFacts;
pub use input::{Action, Input, Intervention, Reply};
pub use instance::{Cancellation, FailureCode, Instance, Settled};
pub use settings::Settings;

pub use crate::engine::{
    Attention, Backoff, Deadline, Refusal, State, StepRecord, StepState,
    log::{Kind, LogEntry},
};
