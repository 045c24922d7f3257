//! Reservations made over REST. They hold stock for a while and never go round a saga: what a saga has touched is its own.

use shared_events::{Shortage, StockLine, Timestamp};

use super::{Phase, State};
use crate::domain::shelf::Shelf;

/// Why a caller does not get what they want.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The order's saga decides about its stock.
    #[error("the stock of this order is in the hands of its saga")]
    OwnedBySaga,
    /// There is too little of at least one product.
    #[error("there is too little of {} products", .0.len())]
    Short(Vec<Shortage>),
}

/// Sets lines aside for a caller until `expires_at`, in place of what was set aside before. Asking again prolongs.
///
/// # Errors
/// [`Refusal`]; nothing has changed then.
pub fn hold(
    state: &State,
    lines: &[StockLine],
    expires_at: Timestamp,
    shelf: &Shelf,
) -> Result<State, Refusal> {
    if state.is_owned_by_saga() {
        return Err(Refusal::OwnedBySaga);
    }
    let shortages = shelf.shortages(state, lines);
    if !shortages.is_empty() {
        return Err(Refusal::Short(shortages));
    }
    Ok(State {
        phase: Phase::HeldByCaller(expires_at),
        lines: lines.to_vec(),
        answers: vec![],
    })
}

/// Gives a caller's units back. Giving back nothing is fine.
///
/// # Errors
/// [`Refusal::OwnedBySaga`]; nothing has changed then.
pub fn give_back(state: &State) -> Result<State, Refusal> {
    if state.is_owned_by_saga() {
        return Err(Refusal::OwnedBySaga);
    }
    Ok(State::default())
}

/// Gives a caller's units back if their time is over.
#[must_use]
pub fn expire(state: &State, now: Timestamp) -> State {
    match state.phase {
        Phase::HeldByCaller(until) if until <= now => State {
            phase: Phase::Free,
            lines: vec![],
            answers: state.answers.clone(),
        },
        Phase::Free
        | Phase::HeldBySaga
        | Phase::HeldByCaller(_)
        | Phase::Sold
        | Phase::Released => state.clone(),
    }
}

impl State {
    fn is_owned_by_saga(&self) -> bool {
        let touched = !self.answers.is_empty();
        match self.phase {
            Phase::HeldBySaga | Phase::Sold | Phase::Released => true,
            Phase::Free | Phase::HeldByCaller(_) => touched,
        }
    }
}
