//! Forwards: steps begin, are sent again, succeed, fail, are given up on.

use std::time::Duration;

use super::{
    Attention, Effect, Failing, Retry, Sending, StepState,
    instance::{Direction, Noted, Wait},
    turn::Turn,
};

impl Turn<'_> {
    /// Begins a step. One without a command may have been told of already.
    pub(super) fn enter(&mut self, step: usize) {
        self.instance.direction = Direction::Forward;
        self.instance.attention = None;
        self.instance.wait = None;
        self.instance.current = step;
        if step == self.definition.steps.len() {
            return self.complete();
        }
        self.record(step).state = StepState::Waiting;
        if self.definition.steps[step].command.is_some() {
            let record = self.record(step);
            record.attempt += 1;
            record.action = record.attempt;
            self.arm_step(step, 1, None);
            return self.send(step, Sending::Action);
        }
        match self.record(step).noted {
            Some(Noted::Success) => self.succeed(step),
            Some(Noted::Failure) => self.fail(step, Failing::Answer),
            None => self.arm_step(step, 1, None),
        }
    }

    /// The step is done, whatever was thought of it before; the next one begins.
    pub(super) fn succeed(&mut self, step: usize) {
        self.mark_done(step);
        self.enter(step + 1);
    }

    /// The step is done. Does not go on to the next one.
    pub(super) fn mark_done(&mut self, step: usize) {
        let echo = self.definition.echo(step);
        let action = self.record(echo).action;
        self.record(echo).seen = action;
        self.record(step).state = StepState::Done;
        self.instance.pivot_passed |= self.definition.steps[step].pivot;
        self.effects.push(Effect::Done { step });
        self.decided(Some(step), "step done");
    }

    /// The step has failed by a definite answer, or was given up on.
    pub(super) fn fail(&mut self, step: usize, by: Failing) {
        self.instance.current = step;
        self.effects.push(Effect::Failed { step, by });
        if self.instance.pivot_passed {
            // Nothing is given up after the pivot: a success that comes late is still taken.
            if self.definition.steps[step].command.is_none() {
                self.record(step).state = StepState::Failed;
            }
            return self.ask_operator(match by {
                Failing::Answer => Attention::StepFailed,
                Failing::Deadline => Attention::StepUnanswered,
            });
        }
        match by {
            Failing::Answer => {
                self.record(step).state = StepState::Failed;
                self.decided(Some(step), "step failed");
            }
            Failing::Deadline => self.decided(Some(step), "step given up on, in doubt"),
        }
        self.turn_back();
    }

    /// The timer of a step has gone off: send again, or give up.
    pub(super) fn step_overdue(&mut self, wait: Wait) {
        let step = self.instance.current;
        if wait.gives_up_at.is_none_or(|end| wait.due_at >= end) {
            return self.fail(step, Failing::Deadline);
        }
        self.arm_step(step, wait.sent + 1, Some(wait));
        self.send(step, Sending::Action);
    }

    /// Sets the timer of a step, `before` being the one that has just gone off.
    fn arm_step(&mut self, step: usize, sent: u32, before: Option<Wait>) {
        let Some(patience) = self.timing.steps.get(step).copied().flatten() else {
            self.instance.wait = None;
            return;
        };
        let end = before
            .and_then(|wait| wait.gives_up_at)
            .unwrap_or(self.now + patience.within);
        let pause = match self.definition.steps[step].retry {
            Retry::Never => patience.within,
            // An interval of nothing would never reach the deadline.
            Retry::Resend => patience.every.max(Duration::from_millis(1)),
        };
        let due_at = (self.now + pause).min(end);
        self.arm(Wait {
            due_at,
            gives_up_at: Some(end),
            sent,
        });
    }

    fn complete(&mut self) {
        self.instance.finished = true;
        self.effects.push(Effect::Completed);
        self.decided(None, "completed");
    }
}
