//! The engine: what a saga does next, given what it is and what it hears. Pure: no I/O, no clock, no queue.
//!
//! Reading order: [`Definition`] (a saga as data), [`Instance`] (one that runs), [`Input`] and [`Effect`]
//! (what goes in and comes out of a turn), [`start`] and [`decide`] (the turn), [`log`] (the record of it).
//!
//! The engine knows steps by their place and messages by their names. What the commands look like and what a
//! step means to a shopper is the business of the saga built on it ([`crate::order`]).
//!
//! Rules that hold for every definition:
//! - Forwards one step at a time; a failure before the pivot turns the saga back, after it asks for an operator.
//! - Backwards one compensation at a time, highest step first. A step given up on while unanswered is in doubt and is
//!   undone like a finished one; being the highest, it is undone first.
//! - A reply counts when it names this saga, the step and the attempt that is waited for. Anything else changes
//!   nothing, but for the late success of a step that was given up on: that is undone.
//! - Actions and compensations of a step draw their attempt numbers from one counter, so (step, attempt) names one
//!   command, and of two commands the higher attempt is the later one.
//! - Going back, facts of later steps are only noted. The participant alone decides whether a cancellation or a
//!   pick-up came first; when it refuses the compensation the saga goes forward with what it has noted.

mod backward;
mod decide;
mod definition;
mod forward;
mod instance;
pub mod log;
mod operator;
mod reply;
mod transition;
mod turn;

pub use decide::{decide, start};
pub use definition::{Compensation, Definition, Retry, Step};
pub use instance::{Attention, Instance, State, StepRecord, StepState};
pub use transition::{
    Backoff, Deadline, Effect, Failing, Input, OperatorAction, Patience, Refusal, Sending, Timing,
    Transition,
};
