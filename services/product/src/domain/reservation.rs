//! What one order has of the stock, and how it answers the commands of its saga.
//!
//! Everything that happens to a reservation is a pure function from one [`State`] to the next. [`obey`] handles whatever
//! comes by message; [`hold`], [`give_back`] and [`expire`] are for reservations that are made over REST. None of them
//! moves stock: [`Shelf::settle`] does, by the difference between two states.
//!
//! The rules (`saga.md`): all or nothing; the first answer per command, step and attempt is kept and repeated; a release
//! that comes first is a tombstone, after which nothing is reserved any more; a release of a sale puts the units back; a
//! confirmation after a release changes nothing.

mod answers;
mod over_rest;

use shared_events::{
    AnyMessage, OrderConfirmed, OrderId, ProductId, ReleaseStock, ReservationId, ReserveStock,
    SagaRef, StockLine, StockReleased, StockReservationFailed, StockReserved, Timestamp, reasons,
};

pub use answers::{Answer, Asked, Outcome};
pub use over_rest::{Refusal, expire, give_back, hold};

use super::shelf::Shelf;
use super::stock::Hold;

/// Where a reservation stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Nothing is held, and everything may still come.
    #[default]
    Free,
    /// Units are set aside until a saga decides. Never expires.
    HeldBySaga,
    /// Units are set aside for a caller over REST, until this time.
    HeldByCaller(Timestamp),
    /// The order was confirmed: the units are its own.
    Sold,
    /// Given up for good, perhaps before it ever held anything (a tombstone).
    Released,
}

/// The reservation of one order; by default that of an order nobody has heard of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct State {
    phase: Phase,
    lines: Vec<StockLine>,
    answers: Vec<Answer>,
}

impl State {
    /// The reservation as it was stored.
    #[must_use]
    pub fn stored(phase: Phase, lines: Vec<StockLine>, answers: Vec<Answer>) -> Self {
        Self {
            phase,
            lines,
            answers,
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What it holds, or held last.
    #[must_use]
    pub fn lines(&self) -> &[StockLine] {
        &self.lines
    }

    /// What has been answered to commands, in the order of their coming.
    #[must_use]
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// What it has of the units in its lines.
    #[must_use]
    pub fn hold(&self) -> Hold {
        match self.phase {
            Phase::Free | Phase::Released => Hold::Nothing,
            Phase::HeldBySaga | Phase::HeldByCaller(_) => Hold::Reserved,
            Phase::Sold => Hold::Sold,
        }
    }

    /// How many units of this product are set aside for it.
    #[must_use]
    pub fn reserved_units(&self, product: ProductId) -> i64 {
        if self.hold() != Hold::Reserved {
            return 0;
        }
        let of_product = self.lines.iter().filter(|line| line.product_id == product);
        of_product.map(|line| i64::from(line.quantity)).sum()
    }

    /// Whether going from one to the other moves no stock.
    pub(super) fn has_the_same_as(&self, other: &Self) -> bool {
        match (self.hold(), other.hold()) {
            (Hold::Nothing, Hold::Nothing) => true,
            (mine, theirs) => mine == theirs && self.lines == other.lines,
        }
    }
}

/// The reservation of an order. An order has at most one, so it needs no name of its own.
#[must_use]
pub fn of_order(order: OrderId) -> ReservationId {
    ReservationId::from_uuid(order.as_uuid())
}

/// The next state of an order's reservation after a message, and what is answered. Messages that are none of a
/// reservation's business change nothing. `shelf` tells what there is of the products in question.
#[must_use]
pub fn obey(state: &State, message: &AnyMessage, shelf: &Shelf) -> (State, Vec<AnyMessage>) {
    match message {
        AnyMessage::ReserveStock(command) => {
            let (next, reply) = reserve(state, command, shelf);
            (next, vec![reply])
        }
        AnyMessage::ReleaseStock(command) => {
            let (next, reply) = release(state, command);
            (next, vec![reply.into()])
        }
        AnyMessage::OrderConfirmed(event) => (confirm(state, event), vec![]),
        _ => (state.clone(), vec![]),
    }
}

/// Sets all lines aside, or none.
#[must_use]
pub fn reserve(state: &State, command: &ReserveStock, shelf: &Shelf) -> (State, AnyMessage) {
    let mut next = state.clone();
    let outcome = match state.answered(Asked::Reserve, &command.saga) {
        Some(first) => first.clone(),
        None => {
            let outcome = decide(&mut next, command, shelf);
            next.keep(Asked::Reserve, &command.saga, outcome.clone());
            outcome
        }
    };
    let reply = next.reply_to(command, outcome);
    (next, reply)
}

fn decide(state: &mut State, command: &ReserveStock, shelf: &Shelf) -> Outcome {
    match state.phase {
        Phase::HeldBySaga | Phase::Sold => Outcome::Reserved,
        Phase::Released => Outcome::refused(reasons::ALREADY_COMPENSATED, vec![]),
        Phase::Free | Phase::HeldByCaller(_) => {
            let shortages = shelf.shortages(state, &command.lines);
            if !shelf.offers(&command.lines) {
                return Outcome::refused(reasons::UNKNOWN_PRODUCT, shortages);
            }
            if !shortages.is_empty() {
                return Outcome::refused(reasons::INSUFFICIENT_STOCK, shortages);
            }
            state.phase = Phase::HeldBySaga;
            state.lines.clone_from(&command.lines);
            Outcome::Reserved
        }
    }
}

/// Puts back whatever the order has, and sees to it that nothing is set aside for it any more.
#[must_use]
pub fn release(state: &State, command: &ReleaseStock) -> (State, StockReleased) {
    let mut next = state.clone();
    if state.answered(Asked::Release, &command.saga).is_none() {
        next.phase = Phase::Released;
        next.keep(Asked::Release, &command.saga, Outcome::Released);
    }
    let held = !next.lines.is_empty();
    let reply = StockReleased {
        order_id: command.order_id,
        reservation_id: held.then(|| of_order(command.order_id)),
        lines: next.lines.clone(),
        saga: Some(command.saga.clone()),
    };
    (next, reply)
}

/// Makes a sale of what is set aside. What has been released stays released.
#[must_use]
pub fn confirm(state: &State, _event: &OrderConfirmed) -> State {
    let mut next = state.clone();
    next.phase = match state.phase {
        Phase::HeldBySaga | Phase::HeldByCaller(_) => Phase::Sold,
        unchanged @ (Phase::Free | Phase::Sold | Phase::Released) => unchanged,
    };
    next
}

impl State {
    fn answered(&self, asked: Asked, saga: &SagaRef) -> Option<&Outcome> {
        let first = |answer: &&Answer| answer.asked == asked && answer.saga == *saga;
        self.answers
            .iter()
            .find(first)
            .map(|answer| &answer.outcome)
    }

    fn keep(&mut self, asked: Asked, saga: &SagaRef, outcome: Outcome) {
        self.answers.push(Answer {
            asked,
            saga: saga.clone(),
            outcome,
        });
    }

    fn reply_to(&self, command: &ReserveStock, outcome: Outcome) -> AnyMessage {
        let order_id = command.order_id;
        let saga = Some(command.saga.clone());
        match outcome {
            Outcome::Refused { reason, shortages } => StockReservationFailed {
                order_id,
                reason,
                shortages,
                saga,
            }
            .into(),
            Outcome::Reserved | Outcome::Released => StockReserved {
                order_id,
                reservation_id: of_order(order_id),
                lines: self.lines.clone(),
                expires_at: None,
                saga,
            }
            .into(),
        }
    }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
