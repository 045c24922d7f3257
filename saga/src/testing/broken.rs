//! Engines that are wrong on purpose. Each leaves out one rule; a check that does not find them checks nothing.

use shared_events::{SagaRef, Timestamp};

use super::Engine;
use crate::order::{Input, Instance, OrderFacts, Reply, Settings, StepState, Transition};

/// Takes a step that is given up on while unanswered for failed: nothing in doubt is compensated.
#[derive(Debug, Clone, Copy)]
pub struct WithoutDoubt<E>(pub E);

/// Hears no success of a step that has been given up on.
#[derive(Debug, Clone, Copy)]
pub struct DeafToLateSuccess<E>(pub E);

impl<E: Engine> Engine for WithoutDoubt<E> {
    fn start(&self, facts: &OrderFacts, settings: &Settings, now: Timestamp) -> Transition {
        self.0.start(facts, settings, now)
    }

    fn decide(
        &self,
        instance: &Instance,
        facts: &OrderFacts,
        settings: &Settings,
        input: Input,
        now: Timestamp,
    ) -> Transition {
        let right = self.0.decide(instance, facts, settings, input, now);
        let doubted = instance
            .saga
            .steps
            .iter()
            .zip(&right.instance.saga.steps)
            .position(|(before, after)| {
                before.state == StepState::Waiting && after.state == StepState::Undoing
            });
        let Some(step) = doubted else {
            return right;
        };
        let definition = crate::order::definition::newest();
        let answer = Input::Reply(Reply {
            signal: definition.steps[step].fails_on[0],
            saga: Some(SagaRef {
                saga_id: instance.saga_id(),
                step: definition.steps[step].name.to_owned(),
                attempt: instance.saga.steps[step].action,
            }),
            message_id: None,
            reason: None,
            refunded: None,
        });
        self.0.decide(instance, facts, settings, answer, now)
    }
}

impl<E: Engine> Engine for DeafToLateSuccess<E> {
    fn start(&self, facts: &OrderFacts, settings: &Settings, now: Timestamp) -> Transition {
        self.0.start(facts, settings, now)
    }

    fn decide(
        &self,
        instance: &Instance,
        facts: &OrderFacts,
        settings: &Settings,
        input: Input,
        now: Timestamp,
    ) -> Transition {
        let mut right = self.0.decide(instance, facts, settings, input.clone(), now);
        if is_late_success(instance, &input) {
            right.instance = instance.clone();
            right.commands.clear();
            right.changes.clear();
            right.deadline = instance.deadline();
        }
        right
    }
}

fn is_late_success(instance: &Instance, input: &Input) -> bool {
    let Input::Reply(Reply {
        signal,
        saga: Some(saga),
        ..
    }) = input
    else {
        return false;
    };
    let definition = crate::order::definition::newest();
    definition.index(&saga.step).is_some_and(|step| {
        definition.steps[step].succeeds_on.contains(signal)
            && matches!(
                instance.saga.steps[step].state,
                StepState::Failed | StepState::Undoing | StepState::Undone
            )
    })
}
