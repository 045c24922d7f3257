//! What an operator can do, and when.

use super::{
    OperatorAction, Refusal, State, StepState, instance::Direction, log::Kind, turn::Turn,
};

impl Turn<'_> {
    pub(super) fn operator(&mut self, action: OperatorAction) -> Result<(), Refusal> {
        let title = match action {
            OperatorAction::Retry => "operator: retry",
            OperatorAction::Skip => "operator: skip",
            OperatorAction::Compensate { .. } => "operator: compensate",
            OperatorAction::ForceForward => "operator: force forward",
        };
        self.note(Kind::Input, self.instance.current(), title);
        if self.instance.finished {
            return Err(Refusal::Ended);
        }
        match action {
            OperatorAction::Retry => self.retry(),
            OperatorAction::Skip => self.skip(),
            OperatorAction::Compensate { keep } => self.compensate(keep),
            OperatorAction::ForceForward => self.force_forward(),
        }
    }

    fn needs_attention(&self) -> bool {
        self.instance.state() == State::NeedsAttention
    }

    fn retry(&mut self) -> Result<(), Refusal> {
        if !self.needs_attention() {
            return Err(Refusal::NeedsNoAttention);
        }
        let step = self.instance.current;
        if self.instance.direction == Direction::Backward {
            self.undo(step);
            return Ok(());
        }
        let from = self.definition.echo(step);
        for again in from..=step {
            let record = self.record(again);
            record.state = StepState::NotStarted;
            record.noted = None;
        }
        self.enter(from);
        Ok(())
    }

    fn skip(&mut self) -> Result<(), Refusal> {
        if self.instance.direction == Direction::Forward {
            return Err(Refusal::NothingToSkip);
        }
        if !self.needs_attention() {
            return Err(Refusal::NeedsNoAttention);
        }
        let step = self.instance.current;
        let record = self.record(step);
        record.state = StepState::Skipped;
        record.owed = false;
        self.decided(Some(step), "compensation skipped");
        self.undo_next();
        Ok(())
    }

    fn compensate(&mut self, keep: Option<usize>) -> Result<(), Refusal> {
        if self.instance.direction == Direction::Backward {
            return Err(Refusal::AlreadyCompensating);
        }
        if self.instance.pivot_passed && !self.needs_attention() {
            return Err(Refusal::PastPivot);
        }
        if let Some(step) = keep.filter(|step| *step < self.definition.steps.len()) {
            self.record(step).state = StepState::Skipped;
            self.decided(Some(step), "kept: it is not undone");
        }
        self.turn_back();
        Ok(())
    }

    /// Forwards: the step is taken as done. A step with a command has a deadline and gets there by itself.
    /// Backwards: the compensation is taken as refused, where it can be.
    fn force_forward(&mut self) -> Result<(), Refusal> {
        let step = self.instance.current;
        let definition = &self.definition.steps[step];
        if definition.command.is_some() && !self.needs_attention() {
            return Err(Refusal::NeedsNoAttention);
        }
        if self.instance.direction == Direction::Forward {
            self.decided(Some(step), "taken as done");
            self.succeed(step);
            return Ok(());
        }
        let refusable = definition
            .compensation
            .as_ref()
            .is_some_and(|undo| !undo.refused_by.is_empty());
        if !refusable || self.anything_undone() {
            return Err(Refusal::CannotGoForward);
        }
        self.decided(Some(step), "compensation taken as refused");
        self.compensation_refused(step);
        Ok(())
    }
}
