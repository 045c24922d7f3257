//! Holds two units for the order, or none.

use saga::testing::{Holdings, Outcome, Participant};
use shared_events::{
    AnyMessage, ReservationId, SagaRef, Service, StockReleased, StockReservationFailed,
    StockReserved, reasons,
};
use uuid::Uuid;

use super::{Answers, asked_by, order_id};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Stock {
    /// Whether a release of what was never reserved is remembered.
    pub(crate) tombstones: bool,
}

impl Default for Stock {
    fn default() -> Self {
        Self { tombstones: true }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Hold {
    None,
    Reserved,
    Sold,
    Released,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    Reserved,
    Refused,
    Released,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct State {
    hold: Hold,
    answers: Answers<Answer>,
}

impl Participant for Stock {
    type State = State;

    fn service(&self) -> Service {
        Service::Product
    }

    fn initial(&self) -> State {
        State {
            hold: Hold::None,
            answers: Answers::default(),
        }
    }

    fn obey(&self, state: &State, message: &AnyMessage) -> Vec<Outcome<State>> {
        match message {
            AnyMessage::ReserveStock(_) => match (answered(state, message), state.hold) {
                (Some(again), _) => vec![again],
                (None, Hold::None) => vec![
                    answer(state, message, Hold::Reserved, Answer::Reserved),
                    answer(state, message, Hold::None, Answer::Refused),
                ],
                (None, Hold::Released) => {
                    vec![answer(state, message, Hold::Released, Answer::Refused)]
                }
                (None, hold) => vec![answer(state, message, hold, Answer::Reserved)],
            },
            AnyMessage::ReleaseStock(_) => {
                let hold = match state.hold {
                    Hold::None if !self.tombstones => Hold::None,
                    _ => Hold::Released,
                };
                let released = answer(state, message, hold, Answer::Released);
                vec![answered(state, message).unwrap_or(released)]
            }
            AnyMessage::OrderConfirmed(_) => {
                let hold = match state.hold {
                    Hold::Reserved => Hold::Sold,
                    other => other,
                };
                let state = State {
                    hold,
                    ..state.clone()
                };
                vec![Outcome::new("sells", state, Vec::new())]
            }
            other => panic!("{} is not for this queue", other.name()),
        }
    }

    fn stirs(&self, _: &State) -> Vec<Outcome<State>> {
        Vec::new()
    }

    fn holdings(&self, state: &State) -> Holdings {
        Holdings {
            reserved: 2 * u32::from(state.hold == Hold::Reserved),
            sold: 2 * u32::from(state.hold == Hold::Sold),
            ..Holdings::default()
        }
    }
}

fn answered(state: &State, command: &AnyMessage) -> Option<Outcome<State>> {
    let saga = asked_by(command);
    let answer = state.answers.of(saga.attempt)?;
    Some(Outcome::new(
        "repeats",
        state.clone(),
        vec![say(answer, saga)],
    ))
}

fn answer(state: &State, command: &AnyMessage, hold: Hold, answer: Answer) -> Outcome<State> {
    let saga = asked_by(command);
    let mut state = State {
        hold,
        ..state.clone()
    };
    state.answers.keep(saga.attempt, answer);
    Outcome::new("answers", state, vec![say(answer, saga)])
}

fn say(answer: Answer, saga: SagaRef) -> AnyMessage {
    let (order_id, saga) = (order_id(), Some(saga));
    match answer {
        Answer::Reserved => StockReserved {
            order_id,
            reservation_id: ReservationId::from_uuid(Uuid::from_u128(10)),
            lines: Vec::new(),
            expires_at: None,
            saga,
        }
        .into(),
        Answer::Refused => StockReservationFailed {
            order_id,
            reason: reasons::INSUFFICIENT_STOCK.to_owned(),
            shortages: Vec::new(),
            saga,
        }
        .into(),
        Answer::Released => StockReleased {
            order_id,
            reservation_id: None,
            lines: Vec::new(),
            saga,
        }
        .into(),
    }
}
