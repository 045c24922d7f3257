//! Participants as small as can be that keep to the contract: a first answer per attempt that is repeated, compensations
//! that are idempotent and leave a tombstone. Each can be made to break it.

mod delivery;
mod payment;
mod stock;

pub(crate) use delivery::Delivery;
pub(crate) use payment::Payment;
pub(crate) use stock::Stock;

use saga::testing::{Cast, stage};
use shared_events::{AnyMessage, OrderId, PaymentMethod, SagaRef};

/// The cast that keeps to the contract.
pub(crate) fn cast() -> Cast<Stock, Payment, Delivery> {
    Cast {
        stock: Stock::default(),
        payment: Payment::default(),
        delivery: Delivery::default(),
    }
}

fn order_id() -> OrderId {
    stage::facts(PaymentMethod::Dummy).order_id
}

/// The return address of a command under this attempt.
fn asked_by(command: &AnyMessage) -> SagaRef {
    command
        .saga_ref()
        .expect("every command of a saga carries its reference")
        .clone()
}

/// First answers, by attempt.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Answers<A>(Vec<(u32, A)>);

impl<A> Default for Answers<A> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<A: Copy> Answers<A> {
    fn of(&self, attempt: u32) -> Option<A> {
        let found = self.0.iter().find(|(of, _)| *of == attempt);
        found.map(|(_, answer)| *answer)
    }

    fn keep(&mut self, attempt: u32, answer: A) {
        if self.of(attempt).is_none() {
            self.0.push((attempt, answer));
            self.0.sort_by_key(|(of, _)| *of);
        }
    }
}
