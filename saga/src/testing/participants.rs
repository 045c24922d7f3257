//! What a participant is to the proofs: a pure state machine that obeys messages and stirs by itself.

use std::{fmt::Debug, hash::Hash};

use shared_events::{AnyMessage, Service};

use super::Holdings;

/// One thing that may come of a message, or of time going by.
#[derive(Debug, Clone)]
pub struct Outcome<S> {
    /// What it was, in a few words.
    pub what: &'static str,
    /// The state after it.
    pub state: S,
    /// What is said of it.
    pub says: Vec<AnyMessage>,
}

impl<S> Outcome<S> {
    /// An outcome.
    pub fn new(what: &'static str, state: S, says: Vec<AnyMessage>) -> Self {
        Self { what, state, says }
    }

    fn map<T>(self, into: impl FnOnce(S) -> T) -> Outcome<T> {
        Outcome {
            what: self.what,
            state: into(self.state),
            says: self.says,
        }
    }
}

/// One service, as far as one order goes. Deterministic but for the choice among outcomes: the same state and message give
/// the same outcomes in the same order (what the shopper hopes for first), with the same ids and times in what is said.
pub trait Participant: Send + Sync + 'static {
    /// All that it remembers of the order.
    type State: Clone + Eq + Hash + Debug + Send + Sync;

    /// Whose queue it reads.
    fn service(&self) -> Service;

    /// What it remembers of an order that it has never heard of.
    fn initial(&self) -> Self::State;

    /// All that may come of a message from its queue, at least one; several where the world decides (enough stock or not).
    fn obey(&self, state: &Self::State, message: &AnyMessage) -> Vec<Outcome<Self::State>>;

    /// All that may happen by itself (a gateway answers, an agent fetches the parcel, time runs out). It must come to an end.
    fn stirs(&self, state: &Self::State) -> Vec<Outcome<Self::State>>;

    /// What it holds for the order; the parts that are not its own stay empty.
    fn holdings(&self, state: &Self::State) -> Holdings;
}

/// All services around the saga.
pub trait Participants: Send + Sync + 'static {
    /// The state of all of them.
    type State: Clone + Eq + Hash + Debug + Send + Sync;

    /// Whose queues there are.
    fn services(&self) -> Vec<Service>;

    /// Nobody has heard of the order.
    fn initial(&self) -> Self::State;

    /// All that may come of a message from the queue of `service`.
    fn obey(
        &self,
        state: &Self::State,
        service: Service,
        message: &AnyMessage,
    ) -> Vec<Outcome<Self::State>>;

    /// All that may happen by itself, and where.
    fn stirs(&self, state: &Self::State) -> Vec<(Service, Outcome<Self::State>)>;

    /// What all of them together hold for the order.
    fn holdings(&self, state: &Self::State) -> Holdings;
}

/// Three participants make the cast of the order saga.
#[derive(Debug, Clone, Copy)]
pub struct Cast<S, P, D> {
    /// Holds the stock.
    pub stock: S,
    /// Holds the money.
    pub payment: P,
    /// Holds the parcel.
    pub delivery: D,
}

impl<S: Participant, P: Participant, D: Participant> Participants for Cast<S, P, D> {
    type State = (S::State, P::State, D::State);

    fn services(&self) -> Vec<Service> {
        vec![
            self.stock.service(),
            self.payment.service(),
            self.delivery.service(),
        ]
    }

    fn initial(&self) -> Self::State {
        (
            self.stock.initial(),
            self.payment.initial(),
            self.delivery.initial(),
        )
    }

    fn obey(
        &self,
        state: &Self::State,
        service: Service,
        message: &AnyMessage,
    ) -> Vec<Outcome<Self::State>> {
        let (stock, payment, delivery) = state;
        let mut outcomes = Vec::new();
        if service == self.stock.service() {
            let all = self.stock.obey(stock, message).into_iter();
            outcomes.extend(all.map(|one| one.map(|it| (it, payment.clone(), delivery.clone()))));
        }
        if service == self.payment.service() {
            let all = self.payment.obey(payment, message).into_iter();
            outcomes.extend(all.map(|one| one.map(|it| (stock.clone(), it, delivery.clone()))));
        }
        if service == self.delivery.service() {
            let all = self.delivery.obey(delivery, message).into_iter();
            outcomes.extend(all.map(|one| one.map(|it| (stock.clone(), payment.clone(), it))));
        }
        outcomes
    }

    fn stirs(&self, state: &Self::State) -> Vec<(Service, Outcome<Self::State>)> {
        let (stock, payment, delivery) = state;
        let mut outcomes = Vec::new();
        for one in self.stock.stirs(stock) {
            let all = one.map(|it| (it, payment.clone(), delivery.clone()));
            outcomes.push((self.stock.service(), all));
        }
        for one in self.payment.stirs(payment) {
            let all = one.map(|it| (stock.clone(), it, delivery.clone()));
            outcomes.push((self.payment.service(), all));
        }
        for one in self.delivery.stirs(delivery) {
            let all = one.map(|it| (stock.clone(), payment.clone(), it));
            outcomes.push((self.delivery.service(), all));
        }
        outcomes
    }

    fn holdings(&self, state: &Self::State) -> Holdings {
        let (stock, payment, delivery) = state;
        let stock = self.stock.holdings(stock);
        let payment = self.payment.holdings(payment);
        let delivery = self.delivery.holdings(delivery);
        Holdings {
            reserved: stock.reserved,
            sold: stock.sold,
            captured: payment.captured,
            refunded: payment.refunded,
            payable: payment.payable,
            parcel: delivery.parcel,
        }
    }
}
