//! What becomes of one order's parcel, and how the commands of its saga are answered.
//!
//! Everything that happens to a delivery is a pure function from one [`State`] to the next and what is said of it. [`obey`]
//! handles commands, [`found`] and [`expire`] end a search for an agent; [`pick_up`], [`deliver`] and [`fail_at_doorstep`] are
//! what agents do. None of them moves loads: [`Roster::settle`](super::roster::Roster::settle) does, by the difference
//! between two states.
//!
//! The rules (`saga.md`): the first answer per command, step and attempt is kept and repeated; an assignment that nobody can
//! take stays open until it expires; a cancellation that comes first is a tombstone; after the pick-up a cancellation is
//! refused; a higher attempt tries again what has failed, and makes everything asked under a lower one out of date.

mod answers;
mod on_the_road;
mod search;

use serde::{Deserialize, Serialize};
use shared_events::{
    AgentId, AnyMessage, AssignDelivery, CancelDelivery, DeliveryId, DeliveryStatus, Money,
    OrderId, SagaRef, Timestamp, reasons,
};

pub use answers::{Answer, Asked, Outcome};
pub use on_the_road::{NotAllowed, deliver, fail_at_doorstep, pick_up};
pub use search::{expire, found};

/// The next state, and what is said.
pub type Step = (State, Vec<AnyMessage>);

/// Who brings a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Courier {
    /// The agent.
    pub agent_id: AgentId,
    /// Their name, for the shopper.
    pub name: String,
    /// When they are likely to arrive.
    pub estimated_arrival: Timestamp,
}

/// A search for an agent that has not come to an end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Search {
    /// The step and attempt that wait for its end.
    pub saga: SagaRef,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// Nobody has asked for it.
    #[default]
    Unheard,
    /// Nobody was free, and an agent is being looked for.
    Seeking(Search),
    /// An agent will fetch it.
    Assigned(Courier),
    /// An agent has it.
    PickedUp(Courier),
    /// The shopper has it.
    Delivered(Courier),
    /// The agent stood at the door and came back with it.
    CameBack(Courier),
    /// Nobody was found in time.
    GivenUp,
    /// Called off for good, perhaps before it was ever asked for (a tombstone).
    Cancelled,
}

/// The delivery of one order; by default that of an order nobody has heard of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct State {
    phase: Phase,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    collect: Option<Money>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    answers: Vec<Answer>,
}

impl State {
    /// Where it stands.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Cash to take at the door.
    #[must_use]
    pub fn collect(&self) -> Option<Money> {
        self.collect
    }

    /// Cash that was taken at the door.
    #[must_use]
    pub fn collected(&self) -> Option<Money> {
        let was_paid = matches!(self.phase, Phase::Delivered(_));
        self.collect.filter(|_| was_paid)
    }

    /// What has been answered to commands, in the order of their coming.
    #[must_use]
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// The word for where it stands; none for a delivery that nobody has asked for.
    #[must_use]
    pub fn status(&self) -> Option<DeliveryStatus> {
        match self.phase {
            Phase::Unheard => None,
            Phase::Seeking(_) => Some(DeliveryStatus::Pending),
            Phase::Assigned(_) => Some(DeliveryStatus::Assigned),
            Phase::PickedUp(_) => Some(DeliveryStatus::PickedUp),
            Phase::Delivered(_) => Some(DeliveryStatus::Delivered),
            Phase::CameBack(_) | Phase::GivenUp => Some(DeliveryStatus::Failed),
            Phase::Cancelled => Some(DeliveryStatus::Cancelled),
        }
    }

    /// The search that is going on.
    #[must_use]
    pub fn search(&self) -> Option<&Search> {
        match &self.phase {
            Phase::Seeking(search) => Some(search),
            Phase::Unheard
            | Phase::Assigned(_)
            | Phase::PickedUp(_)
            | Phase::Delivered(_)
            | Phase::CameBack(_)
            | Phase::GivenUp
            | Phase::Cancelled => None,
        }
    }

    /// Who brings it, brought it, or came back with it.
    #[must_use]
    pub fn courier(&self) -> Option<&Courier> {
        match &self.phase {
            Phase::Assigned(courier)
            | Phase::PickedUp(courier)
            | Phase::Delivered(courier)
            | Phase::CameBack(courier) => Some(courier),
            Phase::Unheard | Phase::Seeking(_) | Phase::GivenUp | Phase::Cancelled => None,
        }
    }

    /// The agent whose load it is part of.
    #[must_use]
    pub fn in_hand_of(&self) -> Option<AgentId> {
        match &self.phase {
            Phase::Assigned(courier) | Phase::PickedUp(courier) => Some(courier.agent_id),
            Phase::Unheard
            | Phase::Seeking(_)
            | Phase::Delivered(_)
            | Phase::CameBack(_)
            | Phase::GivenUp
            | Phase::Cancelled => None,
        }
    }
}

/// The delivery of an order. An order has at most one, so it needs no name of its own.
#[must_use]
pub fn of_order(order: OrderId) -> DeliveryId {
    DeliveryId::from_uuid(order.as_uuid())
}

/// The order of a delivery: [`of_order`] the other way round.
#[must_use]
pub fn order_of(delivery: DeliveryId) -> OrderId {
    OrderId::from_uuid(delivery.as_uuid())
}

/// The next state of an order's delivery after a message, and what is answered. Messages that are none of a delivery's
/// business change nothing. `free` is an agent who can take it now, if there is one.
#[must_use]
pub fn obey(state: &State, message: &AnyMessage, free: Option<&Courier>) -> Step {
    match message {
        AnyMessage::AssignDelivery(command) => assign(state, command, free),
        AnyMessage::CancelDelivery(command) => cancel(state, command),
        _ => (state.clone(), vec![]),
    }
}

/// Gives the delivery to the agent who is free; with none free it stays open, and nothing is answered yet.
#[must_use]
pub fn assign(state: &State, command: &AssignDelivery, free: Option<&Courier>) -> Step {
    let saga = &command.saga;
    let mut next = state.clone();
    let outcome = match state.answered(Asked::Assign, saga) {
        Some(first) => first.clone(),
        None => {
            let Some(outcome) = next.decide_assignment(command, free) else {
                return (next, vec![]);
            };
            next.keep(Asked::Assign, saga, outcome.clone());
            outcome
        }
    };
    let reply = outcome.reply(command.order_id, saga);
    (next, vec![reply])
}

/// Calls the delivery off, unless an agent has it.
#[must_use]
pub fn cancel(state: &State, command: &CancelDelivery) -> Step {
    let saga = &command.saga;
    let mut next = state.clone();
    let outcome = match state.answered(Asked::Cancel, saga) {
        Some(first) => first.clone(),
        None => {
            let outcome = next.decide_cancellation(saga);
            next.keep(Asked::Cancel, saga, outcome.clone());
            outcome
        }
    };
    let reply = outcome.reply(command.order_id, saga);
    (next, vec![reply])
}

impl State {
    fn decide_assignment(
        &mut self,
        command: &AssignDelivery,
        free: Option<&Courier>,
    ) -> Option<Outcome> {
        match &self.phase {
            Phase::Assigned(courier) | Phase::PickedUp(courier) | Phase::Delivered(courier) => {
                return Some(Outcome::Assigned(courier.clone()));
            }
            Phase::Cancelled => return Some(Outcome::not_assigned(reasons::ALREADY_COMPENSATED)),
            Phase::Unheard | Phase::Seeking(_) | Phase::CameBack(_) | Phase::GivenUp => {}
        }
        if self.is_out_of_date(&command.saga) {
            return Some(Outcome::not_assigned(reasons::EXPIRED));
        }
        self.collect = command.collect;
        if let Some(courier) = free {
            self.phase = Phase::Assigned(courier.clone());
            return Some(Outcome::Assigned(courier.clone()));
        }
        self.phase = Phase::Seeking(Search {
            saga: command.saga.clone(),
            expires_at: command.expires_at,
        });
        None
    }

    fn decide_cancellation(&mut self, saga: &SagaRef) -> Outcome {
        let Some(status) = self.status() else {
            self.phase = Phase::Cancelled;
            return Outcome::Cancelled { existed: false };
        };
        match self.phase {
            Phase::Cancelled => Outcome::Cancelled { existed: true },
            Phase::PickedUp(_) | Phase::Delivered(_) => Outcome::CancelRefused(status),
            _ if self.is_out_of_date(saga) => Outcome::CancelRefused(status),
            Phase::Unheard
            | Phase::Seeking(_)
            | Phase::Assigned(_)
            | Phase::CameBack(_)
            | Phase::GivenUp => {
                self.phase = Phase::Cancelled;
                Outcome::Cancelled { existed: true }
            }
        }
    }

    fn answered(&self, asked: Asked, saga: &SagaRef) -> Option<&Outcome> {
        let first = |answer: &&Answer| answer.asked == asked && answer.saga == *saga;
        self.answers
            .iter()
            .find(first)
            .map(|answer| &answer.outcome)
    }

    /// Whether the same step has asked again under a higher attempt: queues do not keep order.
    fn is_out_of_date(&self, saga: &SagaRef) -> bool {
        let search = self.search().map(|search| &search.saga);
        let heard = self.answers.iter().map(|answer| &answer.saga);
        heard.chain(search).any(|other| {
            other.saga_id == saga.saga_id && other.step == saga.step && other.attempt > saga.attempt
        })
    }

    fn keep(&mut self, asked: Asked, saga: &SagaRef, outcome: Outcome) {
        self.answers.push(Answer {
            asked,
            saga: saga.clone(),
            outcome,
        });
    }
}

#[cfg(test)]
pub(crate) mod laws;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
