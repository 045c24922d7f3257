//! The turn: one input, one transition.

use shared_events::{SagaId, Timestamp};

use super::{
    Definition, Input, Instance, Refusal, State, Timing, Transition, instance::Direction,
    log::Kind, turn::Turn,
};

/// Begins a saga: the first step is on its way.
pub fn start(
    definition: &'static Definition,
    saga_id: SagaId,
    timing: Timing<'_>,
    now: Timestamp,
) -> Transition {
    let mut turn = Turn::new(definition, Instance::new(definition, saga_id), timing, now);
    turn.note(Kind::Input, None, "started");
    turn.enter(0);
    turn.end(Ok(()))
}

/// What `instance` does about `input`. Pure and total: every input has an answer in every state, and an input that
/// has nothing to say leaves the instance as it was.
pub fn decide(
    definition: &'static Definition,
    instance: &Instance,
    timing: Timing<'_>,
    input: Input<'_>,
    now: Timestamp,
) -> Transition {
    let mut turn = Turn::new(definition, instance.clone(), timing, now);
    if let Err(refusal) = turn.knows_its_definition() {
        return turn.end(Err(refusal));
    }
    let accepted = match input {
        Input::Reply { signal, saga } => {
            turn.reply(signal, saga);
            Ok(())
        }
        Input::DeadlinePassed { generation } => {
            turn.deadline_passed(generation);
            Ok(())
        }
        Input::Cancel => turn.cancel(),
        Input::Operator(action) => turn.operator(action),
    };
    if let Err(refusal) = &accepted {
        turn.decided(None, format!("refused: {refusal}"));
    }
    turn.end(accepted)
}

impl Turn<'_> {
    fn knows_its_definition(&self) -> Result<(), Refusal> {
        let (ours, instance) = (self.definition, &self.instance);
        let same = instance.definition == ours.name
            && instance.version == ours.version
            && instance.steps.len() == ours.steps.len()
            && instance.fingerprint == ours.fingerprint;
        same.then_some(())
            .ok_or_else(|| Refusal::UnknownDefinition {
                name: instance.definition.clone(),
                version: instance.version,
                fingerprint: instance.fingerprint.clone(),
            })
    }

    fn deadline_passed(&mut self, generation: u32) {
        self.note(Kind::Input, self.instance.current(), "deadline passed");
        let Some(wait) = self
            .instance
            .wait
            .filter(|_| generation == self.instance.generation)
        else {
            return self.decided(None, "nothing to do: a timer of the past");
        };
        match self.instance.direction {
            Direction::Forward => self.step_overdue(wait),
            Direction::Backward => self.compensation_overdue(wait),
        }
    }

    fn cancel(&mut self) -> Result<(), Refusal> {
        self.note(Kind::Input, self.instance.current(), "cancellation wanted");
        match self.instance.state() {
            State::Completed => return Err(Refusal::PastPivot),
            State::Compensated | State::Compensating => {
                self.decided(None, "nothing to do: it is being undone already");
                return Ok(());
            }
            State::Running | State::NeedsAttention => {}
        }
        if self.instance.pivot_passed {
            return Err(Refusal::PastPivot);
        }
        if self.instance.direction == Direction::Backward {
            self.decided(None, "nothing to do: it is being undone already");
            return Ok(());
        }
        self.turn_back();
        Ok(())
    }
}
