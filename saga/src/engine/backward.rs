//! Backwards: compensations, one at a time, highest step first.

use super::{
    Attention, Effect, Sending, StepState,
    instance::{Direction, Noted, Wait},
    turn::Turn,
};

impl Turn<'_> {
    /// From here on what was done is undone. A command that is unanswered is in doubt; a fact that was waited for is
    /// waited for no more, and what was said of it is kept in case the saga goes forward again.
    pub(super) fn turn_back(&mut self) {
        for step in 0..self.definition.steps.len() {
            let is_fact = self.definition.steps[step].command.is_none();
            let record = self.record(step);
            match (record.state, is_fact) {
                (StepState::Waiting, false) => record.state = StepState::InDoubt,
                (StepState::Waiting, true) => record.state = StepState::NotStarted,
                (StepState::Failed, true) => {
                    record.state = StepState::NotStarted;
                    record.noted = Some(Noted::Failure);
                }
                _ => {}
            }
        }
        self.effects.push(Effect::TurnedBack);
        self.decided(None, "turned back");
        self.undo_next();
    }

    /// Sends the next compensation, or ends when there is none left.
    pub(super) fn undo_next(&mut self) {
        self.instance.direction = Direction::Backward;
        self.instance.attention = None;
        self.instance.wait = None;
        self.instance.finished = false;
        let next = (0..self.definition.steps.len()).rev().find(|step| {
            self.definition.steps[*step].compensation.is_some()
                && matches!(self.state_of(*step), StepState::Done | StepState::InDoubt)
        });
        match next {
            Some(step) => self.undo(step),
            None => {
                self.instance.current = self.definition.steps.len();
                self.instance.finished = true;
                self.effects.push(Effect::Compensated);
                self.decided(None, "compensated");
            }
        }
    }

    /// Sends the compensation of a step under the next attempt.
    pub(super) fn undo(&mut self, step: usize) {
        self.instance.direction = Direction::Backward;
        self.instance.attention = None;
        self.instance.current = step;
        let record = self.record(step);
        record.state = StepState::Undoing;
        record.attempt += 1;
        record.owed = false;
        self.arm_compensation(1);
        self.send(step, Sending::Compensation);
    }

    /// The compensation that is waited for has been answered.
    pub(super) fn undone(&mut self, step: usize) {
        if self.record(step).owed {
            self.decided(
                Some(step),
                "compensated once more: a success came to light in between",
            );
            return self.undo(step);
        }
        self.record(step).state = StepState::Undone;
        self.effects.push(Effect::Undone { step });
        self.decided(Some(step), "step undone");
        self.undo_next();
    }

    /// The participant says that the pivot has been passed: the saga goes forward with what it knows.
    pub(super) fn compensation_refused(&mut self, step: usize) {
        if self.anything_undone() {
            return self.ask_operator(Attention::CompensationRefused);
        }
        self.effects.push(Effect::TurnedForward);
        self.decided(
            Some(step),
            "turned forward again: the compensation is refused",
        );
        self.record(step).owed = false;
        let last = (self.definition.pivot()).map_or(step, |pivot| pivot.max(step));
        for passed in step..=last {
            self.mark_done(passed);
        }
        self.enter(last + 1);
    }

    /// The timer of a compensation has gone off: send again after a longer pause, or call an operator.
    pub(super) fn compensation_overdue(&mut self, wait: Wait) {
        let step = self.instance.current;
        if wait.sent >= self.timing.compensation.tries {
            return self.ask_operator(Attention::CompensationUnanswered);
        }
        self.arm_compensation(wait.sent + 1);
        self.send(step, Sending::Compensation);
    }

    /// Whether going forward is out of the question.
    pub(super) fn anything_undone(&self) -> bool {
        self.instance
            .steps
            .iter()
            .any(|record| matches!(record.state, StepState::Undone | StepState::Skipped))
    }

    fn arm_compensation(&mut self, sent: u32) {
        let due_at = self.now + self.timing.compensation.pause(sent);
        self.arm(Wait {
            due_at,
            gives_up_at: None,
            sent,
        });
    }
}
