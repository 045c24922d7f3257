//! A turn in the making: what all parts of the engine use.

use std::borrow::Cow;

use shared_events::Timestamp;

use super::{
    Attention, Definition, Effect, Instance, Refusal, Sending, StepState, Timing, Transition,
    instance::{StepRecord, Wait},
    log::{Kind, LogEntry},
};

/// A turn in the making.
pub(super) struct Turn<'a> {
    pub(super) definition: &'static Definition,
    pub(super) timing: Timing<'a>,
    pub(super) now: Timestamp,
    pub(super) instance: Instance,
    pub(super) effects: Vec<Effect>,
    pub(super) log: Vec<LogEntry>,
}

impl<'a> Turn<'a> {
    pub(super) fn new(
        definition: &'static Definition,
        instance: Instance,
        timing: Timing<'a>,
        now: Timestamp,
    ) -> Self {
        Self {
            definition,
            timing,
            now,
            instance,
            effects: Vec::new(),
            log: Vec::new(),
        }
    }

    pub(super) fn end(self, accepted: Result<(), Refusal>) -> Transition {
        Transition {
            instance: self.instance,
            effects: self.effects,
            log: self.log,
            accepted,
        }
    }

    pub(super) fn record(&mut self, step: usize) -> &mut StepRecord {
        &mut self.instance.steps[step]
    }

    pub(super) fn state_of(&self, step: usize) -> StepState {
        self.instance.steps[step].state
    }

    pub(super) fn note(
        &mut self,
        kind: Kind,
        step: Option<usize>,
        title: impl Into<Cow<'static, str>>,
    ) {
        self.log.push(LogEntry {
            at: self.now,
            kind,
            step: step.map(|step| self.definition.steps[step].name.into()),
            attempt: step
                .map(|step| self.instance.steps[step].attempt)
                .filter(|attempt| *attempt > 0),
            title: title.into(),
            detail: None,
            message_id: None,
        });
    }

    pub(super) fn decided(&mut self, step: Option<usize>, title: impl Into<Cow<'static, str>>) {
        self.note(Kind::Decision, step, title);
    }

    /// Sets the one timer; the one before it is void.
    pub(super) fn arm(&mut self, wait: Wait) {
        self.instance.generation += 1;
        self.instance.wait = Some(wait);
    }

    /// Sends the action of a step under the attempt its record has.
    pub(super) fn send(&mut self, step: usize, sending: Sending) {
        let definition = &self.definition.steps[step];
        let (command, gives_up_at) = match sending {
            Sending::Action => (
                definition.command,
                self.instance.wait.and_then(|wait| wait.gives_up_at),
            ),
            Sending::Compensation => (
                definition.compensation.as_ref().map(|undo| undo.command),
                None,
            ),
        };
        let attempt = self.instance.steps[step].attempt;
        self.effects.push(Effect::Send {
            step,
            sending,
            attempt,
            gives_up_at,
        });
        self.note(Kind::Command, Some(step), command.unwrap_or_default());
    }

    /// Waits for an operator; no timer runs.
    pub(super) fn ask_operator(&mut self, why: Attention) {
        self.instance.wait = None;
        self.instance.attention = Some(why);
        self.effects.push(Effect::NeedsAttention(why));
        let title = match why {
            Attention::CompensationUnanswered => {
                "needs attention: the compensation is not answered"
            }
            Attention::CompensationRefused => {
                "needs attention: the compensation is refused although others were answered"
            }
            Attention::StepFailed => "needs attention: the step failed after the pivot",
            Attention::StepUnanswered => {
                "needs attention: the step is not answered after the pivot"
            }
        };
        self.decided(Some(self.instance.current), title);
    }
}
