//! The proofs of the order saga, for any engine and any participants (cargo feature `testing`).
//!
//! Reading order: [`Participants`] (what is put around the saga), [`Stage`] (the saga among them, and the laws that hold
//! of every single turn), [`invariants`] (what must hold always and at rest), then the three ways to get there:
//! [`proofs`] (each step of each definition, one by one), [`model`] (every order of events within bounds, by stateright),
//! [`simulation`] (long random runs with crashes, from a seed that replays). [`broken`] holds engines that are wrong on
//! purpose: whoever claims to check something shows that it finds these.

pub mod broken;
pub mod invariants;
pub mod model;
pub mod participants;
pub mod proofs;
pub mod simulation;
pub mod stage;

pub use invariants::{Breach, Holdings, Parcel};
pub use participants::{Cast, Outcome, Participant, Participants};
pub use stage::{Engine, RealEngine, Stage};
