//! One saga that runs: where each step stands, which way it goes, and what it waits for.

use serde::{Deserialize, Serialize};
use shared_events::{SagaId, Timestamp};

use super::{Deadline, Definition};

/// Everything the engine has to remember of one saga. Small, and made to be kept as JSON in a column.
/// It changes only through [`super::decide`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Instance {
    pub(crate) definition: String,
    pub(crate) version: u32,
    pub(crate) fingerprint: String,
    pub(crate) saga_id: SagaId,
    pub(crate) direction: Direction,
    /// The step that is waited for, forwards or backwards; the number of steps when there is none.
    pub(crate) current: usize,
    pub(crate) steps: Vec<StepRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wait: Option<Wait>,
    /// Counts the timers that were ever set, so that one which fires late is recognised.
    pub(crate) generation: u32,
    #[serde(default)]
    pub(crate) pivot_passed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attention: Option<Attention>,
    #[serde(default)]
    pub(crate) finished: bool,
}

/// Which way a saga goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Direction {
    Forward,
    Backward,
}

/// Where a saga stands as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// Going forward.
    Running,
    /// Undoing what was done.
    Compensating,
    /// Waiting for an operator. An answer that comes late is still taken.
    NeedsAttention,
    /// All steps are done.
    Completed,
    /// Everything that was done is undone, and each compensation has been answered.
    Compensated,
}

/// Why a saga waits for an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Attention {
    /// A compensation was sent as often as allowed and never answered.
    CompensationUnanswered,
    /// A compensation was refused when others had been answered already.
    CompensationRefused,
    /// A step after the pivot failed.
    StepFailed,
    /// A step that was tried again after the pivot was not answered.
    StepUnanswered,
}

/// What is known of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepRecord {
    /// Where it stands.
    pub state: StepState,
    /// The last attempt used, by the action or by the compensation. 0: none yet.
    #[serde(default)]
    pub attempt: u32,
    /// The last attempt used by the action.
    #[serde(default)]
    pub action: u32,
    /// The last attempt of the action that is known to have succeeded.
    #[serde(default)]
    pub(crate) seen: u32,
    /// A success of this step came to light while its compensation was under way: undo once more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) owed: bool,
    /// What was said about a step without a command while the saga went backwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) noted: Option<Noted>,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    /// Its turn has not come.
    NotStarted,
    /// Waited for.
    Waiting,
    /// Succeeded; when the saga turns back, it is undone.
    Done,
    /// Failed by a definite answer: nothing to undo.
    Failed,
    /// Given up on without an answer: undone as if it had succeeded.
    InDoubt,
    /// Its compensation is waited for.
    Undoing,
    /// Its compensation has been answered.
    Undone,
    /// An operator decided that it is not undone by the saga.
    Skipped,
}

/// A fact that was heard before it could be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Noted {
    Success,
    Failure,
}

/// The timer of the step that is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wait {
    pub(crate) due_at: Timestamp,
    /// Forwards: when the step is given up on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gives_up_at: Option<Timestamp>,
    /// How often the command was sent under this attempt.
    pub(crate) sent: u32,
}

impl Instance {
    pub(crate) fn new(definition: &Definition, saga_id: SagaId) -> Self {
        let untouched = StepRecord {
            state: StepState::NotStarted,
            attempt: 0,
            action: 0,
            seen: 0,
            owed: false,
            noted: None,
        };
        Self {
            definition: definition.name.to_owned(),
            version: definition.version,
            fingerprint: definition.fingerprint.to_owned(),
            saga_id,
            direction: Direction::Forward,
            current: 0,
            steps: vec![untouched; definition.steps.len()],
            wait: None,
            generation: 0,
            pivot_passed: false,
            attention: None,
            finished: false,
        }
    }

    /// Name of the definition.
    pub fn definition(&self) -> &str {
        &self.definition
    }

    /// Version of the definition that it began with and finishes under.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Fingerprint of that version's shape when it began.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Its identity, which commands carry and replies echo.
    pub fn saga_id(&self) -> SagaId {
        self.saga_id
    }

    /// Where it stands as a whole.
    pub fn state(&self) -> State {
        match (self.finished, self.attention, self.direction) {
            (true, _, Direction::Forward) => State::Completed,
            (true, _, Direction::Backward) => State::Compensated,
            (false, Some(_), _) => State::NeedsAttention,
            (false, None, Direction::Forward) => State::Running,
            (false, None, Direction::Backward) => State::Compensating,
        }
    }

    /// The place of the step that is waited for, forwards or backwards; `None` when it has ended.
    pub fn current(&self) -> Option<usize> {
        (!self.finished && self.current < self.steps.len()).then_some(self.current)
    }

    /// The records of its steps, in the order of the definition.
    pub fn steps(&self) -> &[StepRecord] {
        &self.steps
    }

    /// Why it waits for an operator, if it does.
    pub fn attention(&self) -> Option<Attention> {
        self.attention
    }

    /// Whether it only goes forward from here.
    pub fn pivot_passed(&self) -> bool {
        self.pivot_passed
    }

    /// The one timer it waits for now.
    pub fn deadline(&self) -> Option<Deadline> {
        self.wait.map(|wait| Deadline {
            generation: self.generation,
            due_at: wait.due_at,
        })
    }
}
