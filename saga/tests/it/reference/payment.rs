//! Holds the money of the order. The gateway answers by itself, and may take the money after it has declined.

use saga::testing::{Holdings, Outcome, Participant, stage};
use shared_events::{
    AnyMessage, Currency, Money, PaymentAuthorized, PaymentCompleted, PaymentFailed, PaymentId,
    PaymentMethod, RefundId, RefundProcessed, RequestPayment, SagaId, SagaRef, Service, reasons,
};
use uuid::Uuid;

use super::{asked_by, order_id};

const PRICE: i64 = 30_000;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Payment {
    /// Whether a refund of what was never paid is remembered.
    pub(crate) tombstones: bool,
    /// Whether the gateway may take money that it has declined to take.
    pub(crate) late_captures: bool,
}

impl Default for Payment {
    fn default() -> Self {
        Self {
            tombstones: true,
            late_captures: true,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Phase {
    /// Never heard of.
    None,
    /// The gateway has been asked; the attempt to answer.
    Open(u32),
    /// Cash is promised.
    Promised(u32),
    Taken(u32),
    Failed(u32),
    /// Being refunded or cancelled at the gateway; whether money was taken.
    Closing {
        taken: bool,
    },
    /// Nothing can be taken any more; what went back.
    Closed {
        refunded: i64,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct State {
    phase: Phase,
    captured: i64,
    /// Attempts of the refund that wait for an answer.
    asked: Vec<u32>,
}

impl Participant for Payment {
    type State = State;

    fn service(&self) -> Service {
        Service::Payment
    }

    fn initial(&self) -> State {
        State {
            phase: Phase::None,
            captured: 0,
            asked: Vec::new(),
        }
    }

    fn obey(&self, state: &State, message: &AnyMessage) -> Vec<Outcome<State>> {
        match message {
            AnyMessage::RequestPayment(command) => vec![request(state, command)],
            AnyMessage::RefundPayment(_) => vec![self.refund(state, asked_by(message))],
            AnyMessage::DeliveryCompleted(_) => {
                let mut state = state.clone();
                if let Phase::Promised(attempt) = state.phase {
                    state.phase = Phase::Taken(attempt);
                    state.captured = PRICE;
                }
                vec![Outcome::new("collects cash", state, Vec::new())]
            }
            other => panic!("{} is not for this queue", other.name()),
        }
    }

    fn stirs(&self, state: &State) -> Vec<Outcome<State>> {
        match state.phase {
            Phase::Open(attempt) => vec![
                took(state, attempt, "gateway takes the money"),
                failed(state, attempt, reasons::DECLINED, "gateway declines"),
                failed(state, attempt, reasons::EXPIRED, "payment expires"),
            ],
            Phase::Failed(attempt) if self.late_captures => {
                vec![took(state, attempt, "gateway takes the money after all")]
            }
            Phase::Closing { taken: true } => vec![closed(state, PRICE, "gateway refunds")],
            Phase::Closing { taken: false } => {
                let mut taken = state.clone();
                taken.phase = Phase::Closing { taken: true };
                taken.captured = PRICE;
                vec![
                    closed(state, 0, "gateway cancels"),
                    Outcome::new("gateway had taken the money", taken, Vec::new()),
                ]
            }
            Phase::None | Phase::Promised(_) | Phase::Taken(_) => Vec::new(),
            Phase::Failed(_) | Phase::Closed { .. } => Vec::new(),
        }
    }

    fn holdings(&self, state: &State) -> Holdings {
        Holdings {
            captured: state.captured,
            refunded: match state.phase {
                Phase::Closed { refunded } => refunded,
                _ => 0,
            },
            payable: matches!(state.phase, Phase::Open(_) | Phase::Promised(_)),
            ..Holdings::default()
        }
    }
}

impl Payment {
    fn refund(&self, state: &State, saga: SagaRef) -> Outcome<State> {
        let mut next = state.clone();
        let close = |next: &mut State, taken| {
            next.phase = Phase::Closing { taken };
            next.asked.push(saga.attempt);
        };
        match state.phase {
            Phase::None | Phase::Promised(_) => {
                if self.tombstones || state.phase != Phase::None {
                    next.phase = Phase::Closed { refunded: 0 };
                }
                return Outcome::new("closes", next, vec![refunded(0, saga)]);
            }
            Phase::Failed(_) if !self.late_captures => {
                next.phase = Phase::Closed { refunded: 0 };
                return Outcome::new("closes", next, vec![refunded(0, saga)]);
            }
            Phase::Closed { refunded: amount } => {
                return Outcome::new("repeats", next, vec![refunded(amount, saga)]);
            }
            Phase::Taken(_) => close(&mut next, true),
            Phase::Open(_) | Phase::Failed(_) => close(&mut next, false),
            Phase::Closing { .. } => {
                if !next.asked.contains(&saga.attempt) {
                    next.asked.push(saga.attempt);
                }
            }
        }
        Outcome::new("asks the gateway", next, Vec::new())
    }
}

fn request(state: &State, command: &RequestPayment) -> Outcome<State> {
    let mut next = state.clone();
    let attempt = command.saga.attempt;
    let say = |reason: Option<&str>| vec![paid_or(reason, command.saga.clone())];
    match state.phase {
        Phase::None if command.method == PaymentMethod::Cod => {
            next.phase = Phase::Promised(attempt);
            Outcome::new("promises cash", next, vec![promised(command.saga.clone())])
        }
        Phase::None => {
            next.phase = Phase::Open(attempt);
            Outcome::new("asks the gateway", next, Vec::new())
        }
        Phase::Promised(_) => Outcome::new("repeats", next, vec![promised(command.saga.clone())]),
        Phase::Taken(_) => Outcome::new("repeats", next, say(None)),
        Phase::Failed(_) => Outcome::new("repeats", next, say(Some(reasons::DECLINED))),
        Phase::Closing { .. } | Phase::Closed { .. } => {
            Outcome::new("refuses", next, say(Some(reasons::ALREADY_COMPENSATED)))
        }
        Phase::Open(_) => Outcome::new("is at it", next, Vec::new()),
    }
}

fn took(state: &State, attempt: u32, what: &'static str) -> Outcome<State> {
    let mut next = state.clone();
    next.phase = Phase::Taken(attempt);
    next.captured = PRICE;
    Outcome::new(
        what,
        next,
        vec![paid_or(None, reference("payment", attempt))],
    )
}

fn failed(state: &State, attempt: u32, reason: &'static str, what: &'static str) -> Outcome<State> {
    let mut next = state.clone();
    next.phase = Phase::Failed(attempt);
    let says = vec![paid_or(Some(reason), reference("payment", attempt))];
    Outcome::new(what, next, says)
}

fn closed(state: &State, amount: i64, what: &'static str) -> Outcome<State> {
    let mut next = state.clone();
    next.phase = Phase::Closed { refunded: amount };
    let says = next
        .asked
        .drain(..)
        .map(|attempt| refunded(amount, reference("payment", attempt)))
        .collect();
    Outcome::new(what, next, says)
}

fn reference(step: &str, attempt: u32) -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(order_id().as_uuid()),
        step: step.to_owned(),
        attempt,
    }
}

fn payment_id() -> PaymentId {
    PaymentId::from_uuid(Uuid::from_u128(20))
}

fn money(minor: i64) -> Money {
    Money::from_minor(minor, Currency::INR)
}

fn promised(saga: SagaRef) -> AnyMessage {
    PaymentAuthorized {
        payment_id: payment_id(),
        order_id: order_id(),
        user_id: None,
        gateway: PaymentMethod::Cod,
        amount: stage::facts(PaymentMethod::Cod).total,
        saga: Some(saga),
    }
    .into()
}

fn paid_or(reason: Option<&str>, saga: SagaRef) -> AnyMessage {
    let (payment_id, order_id, user_id) = (payment_id(), order_id(), None);
    match reason {
        None => PaymentCompleted {
            payment_id,
            order_id,
            user_id,
            gateway: PaymentMethod::Dummy,
            gateway_reference: "g-1".to_owned(),
            amount: money(PRICE),
            saga: Some(saga),
        }
        .into(),
        Some(reason) => PaymentFailed {
            payment_id,
            order_id,
            user_id,
            reason: reason.to_owned(),
            is_final: true,
            saga: Some(saga),
        }
        .into(),
    }
}

fn refunded(amount: i64, saga: SagaRef) -> AnyMessage {
    RefundProcessed {
        refund_id: RefundId::from_uuid(Uuid::from_u128(21)),
        payment_id: payment_id(),
        order_id: order_id(),
        user_id: None,
        amount: money(amount),
        saga: Some(saga),
    }
    .into()
}
