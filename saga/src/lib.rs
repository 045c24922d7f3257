//! Sagas: what a sequence of steps in several services does next, and how it is undone. Pure: no I/O, no clock.
//!
//! Order-service keeps the instances and moves the messages; participants obey commands and know nothing of sagas.
//! Reading order: [`engine`] (any saga), [`order`] (the order saga), `testing` (the proofs; cargo feature of that name).
//!
//! # In use
//! ```text
//! let placed = order::start(&facts, &settings, now);                                   // at checkout
//! let input  = order::Input::from_envelope(&envelope);                                 // Option: not every event concerns it
//! let input  = order::Input::DeadlinePassed { generation };                            // from the timer row
//! let input  = order::Input::CancelWanted { by, reason };
//! let input  = order::Input::Operator(order::Intervention { action, who, why });       // Retry, Skip, Compensate, ForceForward
//! let turn   = order::decide(&instance, &facts, &settings, input, now);
//! ```
//! A [`order::Transition`] belongs into one transaction: keep `instance` (JSON) and `log`, send `commands`, publish
//! `changes`, replace the timer by `deadline` (or delete it), then enter the ids of the commands with
//! [`order::Transition::name_commands`]. `accepted` says whether a cancellation or an operator's action was taken.
//!
//! # Of an instance
//! [`state`](order::Instance::state), [`status`](order::Instance::status), [`settled`](order::Instance::settled),
//! [`current_step`](order::Instance::current_step), [`current_attempt`](order::Instance::current_attempt),
//! [`attention`](order::Instance::attention), [`cancellation`](order::Instance::cancellation),
//! [`refunded`](order::Instance::refunded), [`deadline`](order::Instance::deadline),
//! [`steps`](order::Instance::steps), [`is_live`](order::Instance::is_live),
//! [`can_be_cancelled`](order::Instance::can_be_cancelled),
//! [`definition`](order::Instance::definition), [`definition_version`](order::Instance::definition_version),
//! [`fingerprint`](order::Instance::fingerprint), [`saga_id`](order::Instance::saga_id).

pub mod engine;
pub mod order;
#[cfg(feature = "testing")]
pub mod testing;
