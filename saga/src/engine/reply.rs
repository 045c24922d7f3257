//! Replies: which count, and for what.

use shared_events::SagaRef;

use super::{
    Failing, Step, StepState,
    instance::{Direction, Noted},
    log::Kind,
    turn::Turn,
};

/// The command that a message answers.
#[derive(Clone, Copy)]
struct Answer {
    /// The step whose command it is.
    echo: usize,
    /// The attempt of that command.
    attempt: u32,
    /// Whether the message says so itself.
    referenced: bool,
}

impl Turn<'_> {
    pub(super) fn reply(&mut self, signal: &'static str, saga: Option<&SagaRef>) {
        let Some(answer) = self.what_it_answers(signal, saga) else {
            self.note(Kind::Input, None, signal);
            return self.ignore(None, "ignored: it answers no command of this saga");
        };
        self.note(Kind::Input, Some(answer.echo), signal);
        if let Some(line) = self.log.last_mut() {
            line.attempt = Some(answer.attempt);
        }
        if let Some(undo) = &self.definition.steps[answer.echo].compensation {
            let undone = undo.undone_by.contains(&signal);
            if undone || undo.refused_by.contains(&signal) {
                return self.compensation_answered(answer.echo, answer.attempt, undone);
            }
        }
        let echoed = self.definition.steps[answer.echo].name;
        let meant = |names: fn(&Step) -> &'static [&'static str]| {
            self.definition.steps.iter().position(|candidate| {
                candidate.echoes == echoed && names(candidate).contains(&signal)
            })
        };
        if let Some(step) = meant(|step| step.succeeds_on) {
            self.step_succeeded(answer, step);
        } else if let Some(step) = meant(|step| step.fails_on) {
            self.step_failed(answer, step);
        } else {
            self.ignore(Some(answer.echo), "ignored: the step does not wait for it");
        }
    }

    /// A reply says itself which command it answers. A fact may come without a reference: it is about the last command.
    fn what_it_answers(&self, signal: &str, saga: Option<&SagaRef>) -> Option<Answer> {
        if let Some(saga) = saga {
            let echo = self.definition.index(&saga.step)?;
            return (saga.saga_id == self.instance.saga_id).then_some(Answer {
                echo,
                attempt: saga.attempt,
                referenced: true,
            });
        }
        let step = self.definition.steps.iter().position(|step| {
            step.command.is_none()
                && (step.succeeds_on.contains(&signal) || step.fails_on.contains(&signal))
        })?;
        let echo = self.definition.echo(step);
        Some(Answer {
            echo,
            attempt: self.instance.steps[echo].action,
            referenced: false,
        })
    }

    fn compensation_answered(&mut self, step: usize, attempt: u32, undone: bool) {
        let record = *self.record(step);
        if record.state != StepState::Undoing || record.attempt != attempt {
            return self.ignore(Some(step), "ignored: a compensation nobody waits for");
        }
        if undone {
            self.undone(step);
        } else {
            self.compensation_refused(step);
        }
    }

    fn step_succeeded(&mut self, answer: Answer, step: usize) {
        let Answer { echo, attempt, .. } = answer;
        if attempt == 0 || attempt > self.record(echo).action {
            return self.ignore(Some(echo), "ignored: there was no such attempt");
        }
        if self.instance.direction == Direction::Backward {
            return self.succeeded_late(answer, step);
        }
        if !self.is_waited_for(answer, step) {
            return self.ignore(Some(step), "ignored: repeated or out of date");
        }
        if self.may_be_of_an_earlier_attempt(answer, step) {
            self.record(step).noted = Some(Noted::Success);
            return self.ignore(Some(step), "noted: it may be about the attempt before");
        }
        // A later fact implies the earlier ones.
        for implied in self.instance.current..step {
            self.mark_done(implied);
        }
        self.succeed(step);
    }

    /// A success that comes while or after everything is undone.
    fn succeeded_late(&mut self, answer: Answer, step: usize) {
        let Answer { echo, attempt, .. } = answer;
        let record = self.record(echo);
        let news = record.seen < attempt;
        record.seen = record.seen.max(attempt);
        let (state, current) = (record.state, record.action == attempt);
        if step != echo && current {
            self.record(step).noted = Some(Noted::Success);
        }
        match state {
            StepState::Failed | StepState::Undone if news => {
                self.decided(
                    Some(echo),
                    "late success of a step given up on: it is undone",
                );
                self.record(echo).state = StepState::Done;
                if !self.is_undoing() {
                    self.undo_next();
                }
            }
            StepState::Undoing if news => {
                self.decided(Some(echo), "late success of a step being undone");
                self.record(echo).owed = true;
            }
            _ => self.ignore(Some(echo), "noted: it changes nothing now"),
        }
    }

    fn step_failed(&mut self, answer: Answer, step: usize) {
        let Answer { echo, attempt, .. } = answer;
        if self.instance.direction == Direction::Backward {
            if step != echo && attempt == self.record(echo).action {
                self.record(step).noted = Some(Noted::Failure);
            }
            return self.ignore(Some(echo), "noted: it is being undone anyway");
        }
        let failed_already = self.state_of(step) == StepState::Failed;
        if attempt == 0 || failed_already || !self.is_waited_for(answer, step) {
            return self.ignore(Some(step), "ignored: repeated or out of date");
        }
        for implied in self.instance.current..step {
            self.mark_done(implied);
        }
        self.fail(step, Failing::Answer);
    }

    fn is_waited_for(&self, answer: Answer, step: usize) -> bool {
        let waited_for = (answer.echo..=step).contains(&self.instance.current);
        !self.instance.finished
            && waited_for
            && answer.attempt == self.instance.steps[answer.echo].action
    }

    /// When a command is tried again after the pivot, a fact without a reference that comes before the answer may be a
    /// straggler. The last step cannot: it ends the saga, so it has never been told of before.
    fn may_be_of_an_earlier_attempt(&self, answer: Answer, step: usize) -> bool {
        !answer.referenced
            && self.instance.pivot_passed
            && self.instance.current == answer.echo
            && step + 1 < self.definition.steps.len()
    }

    fn is_undoing(&self) -> bool {
        self.instance
            .steps
            .iter()
            .any(|record| record.state == StepState::Undoing)
    }

    fn ignore(&mut self, step: Option<usize>, why: &'static str) {
        self.decided(step, why);
    }
}
