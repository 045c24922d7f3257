//! What comes of each turn, of the saga and of the participants, by number.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
    sync::Arc,
};

use shared_events::{AnyMessage, CancelledBy, Service, Timestamp};

use super::{
    memory::{Answered, Numbered},
    world::{Flight, Told, timeless, timeless_message},
};
use crate::{
    order::{Input, Instance, Intervention},
    testing::{Breach, Engine, Participants, Stage},
};

pub(super) const NOW: Timestamp = Timestamp::from_micros(0);

/// What comes of a turn of the saga.
pub(super) type SagaTurn = Result<(u32, Vec<Flight>), Breach>;

/// What comes of a turn of a participant.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) service: Service,
    pub(super) what: &'static str,
    pub(super) participants: u32,
    pub(super) flights: Vec<Flight>,
}

/// All turns that can be taken, by number. An object, so that the search through the states is compiled once, with this
/// crate, whatever the participants are.
pub(super) trait Turns: Send + Sync {
    /// Instance, participants and messages when the order has just been placed.
    fn begin(&self) -> (u32, u32, Vec<Flight>);

    /// The instance with this number.
    fn instance(&self, number: u32) -> Arc<Instance>;

    /// The message of a flight.
    fn message(&self, flight: Flight) -> Arc<AnyMessage>;

    /// The saga is told something.
    fn tell(&self, instance: u32, told: Told) -> Arc<SagaTurn>;

    /// A participant receives a message.
    fn obey(&self, cast: u32, flight: Flight) -> Arc<Vec<Step>>;

    /// What may happen at the participants by itself.
    fn stirs(&self, cast: u32) -> Arc<Vec<Step>>;

    /// What the invariants say.
    fn judge(&self, instance: u32, cast: u32, at_rest: bool) -> Option<Breach>;
}

/// The turns of a stage, each taken once.
pub(super) struct TakenOnce<E, P: Participants> {
    stage: Stage<E, P>,
    instances: Numbered<Instance>,
    casts: Numbered<P::State>,
    messages: Numbered<AnyMessage>,
    told: Answered<(u32, Told), SagaTurn>,
    obeyed: Answered<(u32, Flight), Vec<Step>>,
    stirred: Answered<u32, Vec<Step>>,
    judged: Answered<(u32, u32, bool), Option<Breach>>,
}

impl<E: Engine, P: Participants> Turns for TakenOnce<E, P> {
    fn begin(&self) -> (u32, u32, Vec<Flight>) {
        let turn = self.stage.begin(NOW);
        let cast = self.stage.participants.initial();
        let flights = self.sent_by_saga(turn.sent);
        (
            self.instance_number(turn.instance, NOW),
            self.cast_number(cast),
            flights,
        )
    }

    fn instance(&self, number: u32) -> Arc<Instance> {
        self.instances.value(number)
    }

    fn message(&self, flight: Flight) -> Arc<AnyMessage> {
        self.messages.value(flight.message)
    }

    fn tell(&self, instance: u32, told: Told) -> Arc<SagaTurn> {
        self.told.or_else((instance, told), || {
            let instance = self.instances.value(instance);
            let (input, now) = self.input(&instance, told);
            let turn = self.stage.tell(&instance, &input, now)?;
            let flights = self.sent_by_saga(turn.sent);
            Ok((self.instance_number(turn.instance, now), flights))
        })
    }

    fn obey(&self, cast: u32, flight: Flight) -> Arc<Vec<Step>> {
        self.obeyed.or_else((cast, flight), || {
            let state = self.casts.value(cast);
            let message = self.messages.value(flight.message);
            let outcomes = (self.stage.participants).obey(&state, flight.to, &message);
            let steps = outcomes.into_iter().map(|outcome| Step {
                service: flight.to,
                what: outcome.what,
                participants: self.cast_number(outcome.state),
                flights: self.posted(outcome.says, true),
            });
            steps.collect()
        })
    }

    fn stirs(&self, cast: u32) -> Arc<Vec<Step>> {
        self.stirred.or_else(cast, || {
            let stirs = self.stage.participants.stirs(&self.casts.value(cast));
            let steps = stirs.into_iter().map(|(service, outcome)| Step {
                service,
                what: outcome.what,
                participants: self.cast_number(outcome.state),
                flights: self.posted(outcome.says, false),
            });
            steps.collect()
        })
    }

    fn judge(&self, instance: u32, cast: u32, at_rest: bool) -> Option<Breach> {
        *self.judged.or_else((instance, cast, at_rest), || {
            let (instance, state) = (self.instances.value(instance), self.casts.value(cast));
            let always = self.stage.check_always(&instance, &state);
            if at_rest {
                return always
                    .and_then(|()| self.stage.check_at_rest(&instance, &state))
                    .err();
            }
            always.err()
        })
    }
}

impl<E: Engine, P: Participants> TakenOnce<E, P> {
    pub(super) fn new(stage: Stage<E, P>) -> Self {
        Self {
            stage,
            instances: Numbered::default(),
            casts: Numbered::default(),
            messages: Numbered::default(),
            told: Answered::default(),
            obeyed: Answered::default(),
            stirred: Answered::default(),
            judged: Answered::default(),
        }
    }

    fn input(&self, instance: &Instance, told: Told) -> (Input, Timestamp) {
        if let Some(action) = told.operation() {
            let (who, why) = ("operator".to_owned(), "model".to_owned());
            return (Input::Operator(Intervention { action, who, why }), NOW);
        }
        if let Told::Message(number) = told {
            let message = self.messages.value(number);
            let input = Input::from_message(&message);
            return (input.expect("only such messages are sent to the saga"), NOW);
        }
        match (told, instance.deadline()) {
            (Told::TimeIsUp, Some(deadline)) => {
                let generation = deadline.generation;
                (Input::DeadlinePassed { generation }, deadline.due_at)
            }
            _ => {
                let by = CancelledBy::Customer;
                (Input::CancelWanted { by, reason: None }, NOW)
            }
        }
    }

    /// Commands have an answer to be asked for again, events have none.
    fn sent_by_saga(&self, sent: Vec<AnyMessage>) -> Vec<Flight> {
        let mut flights = Vec::new();
        for message in sent {
            let is_command = message.saga_ref().is_some();
            flights.extend(self.posted(vec![message], is_command));
        }
        flights
    }

    fn posted(&self, said: Vec<AnyMessage>, replaceable: bool) -> Vec<Flight> {
        let mut flights = Vec::new();
        for message in said {
            let receivers = self.stage.receivers(&message);
            if receivers.is_empty() {
                continue;
            }
            let message = timeless_message(message);
            let hash = hash(&(message.name(), message.saga_ref()));
            let message = self.messages.number(message, hash);
            flights.extend(receivers.into_iter().map(|to| Flight {
                to,
                message,
                replaceable,
            }));
        }
        flights
    }

    fn instance_number(&self, instance: Instance, now: Timestamp) -> u32 {
        let instance = timeless(instance, now);
        let hash = hash(&instance);
        self.instances.number(instance, hash)
    }

    fn cast_number(&self, cast: P::State) -> u32 {
        let hash = hash(&cast);
        self.casts.number(cast, hash)
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
