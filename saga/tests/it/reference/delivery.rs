//! Holds the parcel. Alone decides between a cancellation and a pick-up.

use saga::testing::{Holdings, Outcome, Parcel, Participant};
use shared_events::{
    AgentId, AnyMessage, DeliveryAssigned, DeliveryCancelRefused, DeliveryCancelled,
    DeliveryCompleted, DeliveryFailed, DeliveryId, DeliveryInProgress, DeliveryStage,
    DeliveryStatus, SagaId, SagaRef, Service, Timestamp, reasons,
};
use uuid::Uuid;

use super::{Answers, asked_by, order_id};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Delivery {
    /// Whether a cancellation of what was never assigned is remembered.
    pub(crate) tombstones: bool,
    /// How often a parcel may come back.
    pub(crate) failures: u8,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            tombstones: true,
            failures: 1,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// Never heard of.
    None,
    /// Nobody is free; the attempt to answer.
    Sought(u32),
    Assigned,
    OnTheWay,
    Delivered,
    CameBack,
    /// Nobody was found.
    GivenUp,
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    Assigned,
    NotAssigned,
    Cancelled,
    Refused,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct State {
    place: Place,
    failures: u8,
    answers: Answers<Answer>,
}

impl Participant for Delivery {
    type State = State;

    fn service(&self) -> Service {
        Service::Delivery
    }

    fn initial(&self) -> State {
        State {
            place: Place::None,
            failures: 0,
            answers: Answers::default(),
        }
    }

    fn obey(&self, state: &State, message: &AnyMessage) -> Vec<Outcome<State>> {
        let saga = asked_by(message);
        if let Some(answer) = state.answers.of(saga.attempt) {
            let says = vec![say(answer, saga)];
            return vec![Outcome::new("repeats", state.clone(), says)];
        }
        match message {
            AnyMessage::AssignDelivery(_) => assign(state, saga),
            AnyMessage::CancelDelivery(_) => {
                let (place, answer) = match state.place {
                    Place::OnTheWay | Place::Delivered => (state.place, Answer::Refused),
                    Place::None if !self.tombstones => (Place::None, Answer::Cancelled),
                    _ => (Place::Cancelled, Answer::Cancelled),
                };
                vec![answered(state, place, answer, saga)]
            }
            other => panic!("{} is not for this queue", other.name()),
        }
    }

    fn stirs(&self, state: &State) -> Vec<Outcome<State>> {
        let moved = |place| State {
            place,
            ..state.clone()
        };
        match state.place {
            Place::Sought(attempt) => vec![
                answered(state, Place::Assigned, Answer::Assigned, reference(attempt)),
                answered(
                    state,
                    Place::GivenUp,
                    Answer::NotAssigned,
                    reference(attempt),
                ),
            ],
            Place::Assigned => vec![Outcome::new(
                "is picked up",
                moved(Place::OnTheWay),
                vec![picked_up()],
            )],
            Place::OnTheWay => {
                let mut outcomes = vec![Outcome::new(
                    "is handed over",
                    moved(Place::Delivered),
                    vec![handed_over()],
                )];
                if state.failures < self.failures {
                    let mut back = moved(Place::CameBack);
                    back.failures += 1;
                    outcomes.push(Outcome::new("comes back", back, vec![came_back()]));
                }
                outcomes
            }
            Place::None | Place::Delivered | Place::CameBack => Vec::new(),
            Place::GivenUp | Place::Cancelled => Vec::new(),
        }
    }

    fn holdings(&self, state: &State) -> Holdings {
        Holdings {
            parcel: match state.place {
                Place::None | Place::GivenUp | Place::Cancelled => Parcel::None,
                Place::Sought(_) | Place::Assigned => Parcel::Expected,
                Place::OnTheWay => Parcel::OnTheWay,
                Place::Delivered => Parcel::Delivered,
                Place::CameBack => Parcel::CameBack,
            },
            ..Holdings::default()
        }
    }
}

fn assign(state: &State, saga: SagaRef) -> Vec<Outcome<State>> {
    match state.place {
        Place::None | Place::CameBack | Place::GivenUp => {
            let sought = State {
                place: Place::Sought(saga.attempt),
                ..state.clone()
            };
            vec![
                answered(state, Place::Assigned, Answer::Assigned, saga),
                Outcome::new("looks for somebody", sought, Vec::new()),
            ]
        }
        Place::Sought(_) => {
            let sought = State {
                place: Place::Sought(saga.attempt),
                ..state.clone()
            };
            vec![Outcome::new("goes on looking", sought, Vec::new())]
        }
        Place::Cancelled => vec![answered(state, state.place, Answer::NotAssigned, saga)],
        Place::Assigned | Place::OnTheWay | Place::Delivered => {
            vec![answered(state, state.place, Answer::Assigned, saga)]
        }
    }
}

fn answered(state: &State, place: Place, answer: Answer, saga: SagaRef) -> Outcome<State> {
    let mut next = State {
        place,
        ..state.clone()
    };
    next.answers.keep(saga.attempt, answer);
    Outcome::new("answers", next, vec![say(answer, saga)])
}

fn reference(attempt: u32) -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(order_id().as_uuid()),
        step: "delivery".to_owned(),
        attempt,
    }
}

fn delivery_id() -> DeliveryId {
    DeliveryId::from_uuid(Uuid::from_u128(30))
}

fn agent_id() -> AgentId {
    AgentId::from_uuid(Uuid::from_u128(31))
}

fn say(answer: Answer, saga: SagaRef) -> AnyMessage {
    let (delivery_id, order_id, saga) = (delivery_id(), order_id(), Some(saga));
    match answer {
        Answer::Assigned => DeliveryAssigned {
            delivery_id,
            order_id,
            agent_id: agent_id(),
            agent_name: "Agent".to_owned(),
            estimated_arrival: Timestamp::from_micros(0),
            saga,
        }
        .into(),
        Answer::NotAssigned => DeliveryFailed {
            delivery_id: None,
            order_id,
            reason: reasons::NO_DELIVERY_AGENT.to_owned(),
            stage: DeliveryStage::Assignment,
            saga,
        }
        .into(),
        Answer::Cancelled => DeliveryCancelled {
            delivery_id: None,
            order_id,
            saga,
        }
        .into(),
        Answer::Refused => DeliveryCancelRefused {
            delivery_id,
            order_id,
            status: DeliveryStatus::PickedUp,
            saga,
        }
        .into(),
    }
}

fn picked_up() -> AnyMessage {
    DeliveryInProgress {
        delivery_id: delivery_id(),
        order_id: order_id(),
        agent_id: agent_id(),
    }
    .into()
}

fn handed_over() -> AnyMessage {
    DeliveryCompleted {
        delivery_id: delivery_id(),
        order_id: order_id(),
        delivered_at: Timestamp::from_micros(0),
        collected: None,
    }
    .into()
}

fn came_back() -> AnyMessage {
    DeliveryFailed {
        delivery_id: Some(delivery_id()),
        order_id: order_id(),
        reason: "nobody at home".to_owned(),
        stage: DeliveryStage::Doorstep,
        saga: None,
    }
    .into()
}
