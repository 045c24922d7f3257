//! A saga that is driven by hand: messages in order, the best outcome of each, unless the proof says otherwise.

use std::collections::VecDeque;

use shared_events::{AnyMessage, CancelledBy, OrderStatus, Service, Timestamp};

use crate::{
    engine::Definition,
    order::{Input, Instance, State, StepState},
    testing::{Breach, Engine, Parcel, Participants, Stage, stage::Turn},
};

/// More steps than any saga takes.
const ENOUGH: usize = 1_000;

pub(super) struct Bench<'a, E, P: Participants> {
    stage: &'a Stage<E, P>,
    definition: &'static Definition,
    instance: Instance,
    participants: P::State,
    now: Timestamp,
    queue: VecDeque<(Service, AnyMessage)>,
    /// Everything that was ever said, and to whom.
    said: Vec<(Service, AnyMessage)>,
    /// Names of the compensations sent, in order, each once.
    pub(super) compensations: Vec<&'static str>,
}

impl<'a, E: Engine, P: Participants> Bench<'a, E, P> {
    pub(super) fn begin(stage: &'a Stage<E, P>, definition: &'static Definition) -> Self {
        let now = Timestamp::from_micros(0);
        let turn = stage.begin(now);
        let mut bench = Self {
            stage,
            definition,
            instance: turn.instance.clone(),
            participants: stage.participants.initial(),
            now,
            queue: VecDeque::new(),
            said: Vec::new(),
            compensations: Vec::new(),
        };
        bench.turned(turn);
        bench
    }

    /// Goes on until the command of this step is next, and takes it out.
    pub(super) fn up_to_command(&mut self, step: &str) -> Result<AnyMessage, Breach> {
        for _ in 0..ENOUGH {
            match self.queue.pop_front() {
                Some((to, message)) if to != Service::Order && is_about(&message, step) => {
                    return Ok(message);
                }
                Some((to, message)) => self.deliver(to, &message)?,
                None if self.stir()? => {}
                None => break,
            }
        }
        Err(Breach::Stuck)
    }

    /// Goes on until this step is done.
    pub(super) fn up_to_done(&mut self, step: &str) -> Result<(), Breach> {
        for _ in 0..ENOUGH {
            let done = |(name, record): (&str, &crate::order::StepRecord)| {
                name == step && record.state == StepState::Done
            };
            if self.instance.steps().any(done) {
                return Ok(());
            }
            match self.queue.pop_front() {
                Some((to, message)) => self.deliver(to, &message)?,
                None if self.stir()? => {}
                None => break,
            }
        }
        Err(Breach::Stuck)
    }

    /// Goes on until nothing is left to happen.
    pub(super) fn settle(&mut self) -> Result<(), Breach> {
        for _ in 0..ENOUGH {
            if let Some((to, message)) = self.queue.pop_front() {
                self.deliver(to, &message)?;
            } else if !self.stir()? && !self.time_is_up()? {
                return self.stage.check_at_rest(&self.instance, &self.participants);
            }
        }
        Err(Breach::Stuck)
    }

    /// The participant says no, now or after a while.
    pub(super) fn refuse(&mut self, command: &AnyMessage) -> Result<(), String> {
        let to = self.receiver(command)?;
        let fails = |says: &[AnyMessage]| says.iter().any(|message| self.is_failure(message));
        let outcomes = (self.stage.participants).obey(&self.participants, to, command);
        let later = outcomes.iter().flat_map(|outcome| {
            let stirs = self.stage.participants.stirs(&outcome.state);
            stirs.into_iter().map(|(_, outcome)| outcome)
        });
        let refused = outcomes
            .iter()
            .cloned()
            .chain(later)
            .find(|outcome| fails(&outcome.says))
            .ok_or("the participant cannot say no")?;
        self.participants = refused.state;
        self.post(refused.says);
        Ok(())
    }

    /// The participant obeys, and nobody hears of it.
    pub(super) fn obey_unheard(&mut self, command: &AnyMessage) -> Result<(), String> {
        let to = self.receiver(command)?;
        let outcomes = (self.stage.participants).obey(&self.participants, to, command);
        let outcome = outcomes.into_iter().next().ok_or("no outcome")?;
        self.participants = outcome.state;
        for message in outcome.says {
            for to in self.stage.receivers(&message) {
                self.said.push((to, message.clone()));
            }
        }
        Ok(())
    }

    /// The timer goes off until the saga gives up; what it sends again is lost.
    pub(super) fn give_up(&mut self, command: &AnyMessage) -> Result<(), Breach> {
        while self.instance.state() == State::Running {
            if !self.time_is_up()? {
                return Err(Breach::Stuck);
            }
            self.queue
                .retain(|(_, message)| message.name() != command.name());
        }
        Ok(())
    }

    pub(super) fn cancel(&mut self) -> Result<(), Breach> {
        let by = CancelledBy::Customer;
        self.tell(&Input::CancelWanted { by, reason: None })
    }

    /// The command is on its way again, behind all others.
    pub(super) fn put_back(&mut self, command: &AnyMessage) {
        self.post(vec![command.clone()]);
    }

    /// The command arrives when everything is over.
    pub(super) fn deliver_late(&mut self, command: &AnyMessage) -> Result<(), String> {
        self.put_back(command);
        self.settle().map_err(|breach| breach.to_string())
    }

    /// Everything that was ever said is said again, once in the old order and once from the end.
    pub(super) fn say_everything_again(&mut self) -> Result<(), String> {
        let said = self.said.clone();
        for (to, message) in said.iter().chain(said.iter().rev()) {
            self.deliver(*to, message)
                .map_err(|breach| format!("{} again: {breach}", message.name()))?;
            if !self.nothing_is_held() {
                return Err(format!("{} again holds something anew", message.name()));
            }
        }
        self.settle().map_err(|breach| breach.to_string())
    }

    /// Whether the order is cancelled and nothing is left of it.
    pub(super) fn is_unwound(&self) -> Result<(), String> {
        let ended = self.instance.state() == State::Compensated
            && self.instance.status() == OrderStatus::Cancelled;
        if ended && self.nothing_is_held() {
            return Ok(());
        }
        let held = self.stage.holdings(&self.participants);
        let (state, status) = (self.instance.state(), self.instance.status());
        Err(format!("it is {state:?}, {status}, with {held:?}"))
    }

    /// From where the bench stands: the command, obeyed in any way, then time going by in any way, then the command again.
    pub(super) fn repeats_change_nothing(&self, command: &AnyMessage) -> Result<(), String> {
        let to = self.receiver(command)?;
        for outcome in (self.stage.participants).obey(&self.participants, to, command) {
            let said = outcome.says.iter().map(AnyMessage::name).collect();
            self.repeats_from(&outcome.state, to, command, &said)?;
        }
        Ok(())
    }

    fn repeats_from(
        &self,
        state: &P::State,
        to: Service,
        command: &AnyMessage,
        said: &Vec<&'static str>,
    ) -> Result<(), String> {
        for again in (self.stage.participants).obey(state, to, command) {
            if again.state != *state {
                return Err(format!("the state changes: {state:?} to {:?}", again.state));
            }
            if let Some(new) = again.says.iter().find(|it| !said.contains(&it.name())) {
                return Err(format!("it is answered by {} all of a sudden", new.name()));
            }
        }
        for (_, outcome) in self.stage.participants.stirs(state) {
            let mut said = said.clone();
            said.extend(outcome.says.iter().map(AnyMessage::name));
            self.repeats_from(&outcome.state, to, command, &said)?;
        }
        Ok(())
    }

    fn nothing_is_held(&self) -> bool {
        let held = self.stage.holdings(&self.participants);
        held.reserved + held.sold == 0
            && held.captured == held.refunded
            && !held.payable
            && held.parcel == Parcel::None
    }

    fn deliver(&mut self, to: Service, message: &AnyMessage) -> Result<(), Breach> {
        if to == Service::Order {
            let input = Input::from_message(message).ok_or(Breach::Stuck)?;
            return self.tell(&input);
        }
        let outcomes = (self.stage.participants).obey(&self.participants, to, message);
        if let Some(outcome) = outcomes.into_iter().next() {
            self.participants = outcome.state;
            self.post(outcome.says);
        }
        (self.stage).check_always(&self.instance, &self.participants)
    }

    fn stir(&mut self) -> Result<bool, Breach> {
        let stirs = self.stage.participants.stirs(&self.participants);
        let Some((_, outcome)) = stirs.into_iter().next() else {
            return Ok(false);
        };
        self.participants = outcome.state;
        self.post(outcome.says);
        (self.stage).check_always(&self.instance, &self.participants)?;
        Ok(true)
    }

    fn time_is_up(&mut self) -> Result<bool, Breach> {
        let Some(deadline) = self.instance.deadline() else {
            return Ok(false);
        };
        self.now = deadline.due_at;
        let generation = deadline.generation;
        self.tell(&Input::DeadlinePassed { generation })?;
        Ok(true)
    }

    fn tell(&mut self, input: &Input) -> Result<(), Breach> {
        let turn = self.stage.tell(&self.instance, input, self.now)?;
        self.turned(turn);
        (self.stage).check_always(&self.instance, &self.participants)
    }

    fn turned(&mut self, turn: Turn) {
        self.instance = turn.instance;
        for message in &turn.sent {
            let name = message.name();
            if self.is_compensation(name) && self.compensations.last() != Some(&name) {
                self.compensations.push(name);
            }
        }
        self.post(turn.sent);
    }

    fn post(&mut self, messages: Vec<AnyMessage>) {
        for message in messages {
            for to in self.stage.receivers(&message) {
                self.said.push((to, message.clone()));
                self.queue.push_back((to, message.clone()));
            }
        }
    }

    fn receiver(&self, command: &AnyMessage) -> Result<Service, String> {
        let receivers = self.stage.receivers(command);
        receivers
            .first()
            .copied()
            .ok_or_else(|| format!("nobody receives {}", command.name()))
    }

    fn is_compensation(&self, name: &str) -> bool {
        let mut compensations = self.definition.steps.iter().flat_map(|it| &it.compensation);
        compensations.any(|undo| undo.command == name)
    }

    fn is_failure(&self, message: &AnyMessage) -> bool {
        let Some(Input::Reply(reply)) = Input::from_message(message) else {
            return false;
        };
        let mut steps = self.definition.steps.iter();
        steps.any(|step| step.fails_on.contains(&reply.signal))
    }
}

fn is_about(message: &AnyMessage, step: &str) -> bool {
    message.saga_ref().is_some_and(|saga| saga.step == step)
}
