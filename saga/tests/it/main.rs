//! The order saga, proven with small participants that do what the design asks of them, and with broken ones.

mod definitions;
mod model;
mod proofs;
mod reference;
mod simulation;
mod story;
mod totality;
