//! What goes into a turn and what comes out of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared_events::{SagaRef, Timestamp};

use super::{Attention, Instance, log::LogEntry};

/// What an instance can be told.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// A reply or a fact, by its name in the definition, with the reference it echoes.
    Reply {
        signal: &'static str,
        saga: Option<&'a SagaRef>,
    },
    /// The timer of this generation has gone off.
    DeadlinePassed { generation: u32 },
    /// Somebody wants it undone.
    Cancel,
    /// An operator takes a hand.
    Operator(OperatorAction),
}

/// What an operator can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatorAction {
    /// Try again what needs attention, under the next attempt.
    Retry,
    /// Take the compensation that needs attention as done by hand.
    Skip,
    /// Turn back; `keep` names a step that is not to be undone.
    Compensate { keep: Option<usize> },
    /// Take the step that is waited for as done.
    ForceForward,
}

/// How long things are waited for. Comes with each turn and is not part of a definition's shape.
#[derive(Debug, Clone, Copy)]
pub struct Timing<'a> {
    /// Per step; `None` waits without end.
    pub steps: &'a [Option<Patience>],
    /// Between the tries of a compensation.
    pub compensation: Backoff,
}

/// How long a step is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Its command is sent again this often, where the definition says so.
    pub every: Duration,
    /// It is given up on after this long.
    pub within: Duration,
}

/// The pauses between the tries of a compensation: each twice the one before, up to a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Backoff {
    /// The first pause.
    pub first: Duration,
    /// No pause is longer.
    pub longest: Duration,
    /// After this many tries without an answer an operator is called.
    pub tries: u32,
}

impl Backoff {
    /// The pause after the `sent`-th try, counted from 1.
    pub fn pause(&self, sent: u32) -> Duration {
        let doublings = sent.saturating_sub(1).min(30);
        self.first
            .saturating_mul(1_u32 << doublings)
            .min(self.longest)
    }
}

/// A timer: when it goes off, and the generation to hand back with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Deadline {
    /// Tells this timer from all earlier ones of the instance.
    pub generation: u32,
    /// When it goes off.
    pub due_at: Timestamp,
}

/// What a turn wants done or known, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Send the command of this step, or its compensation.
    Send {
        step: usize,
        sending: Sending,
        attempt: u32,
        /// Forwards: when the saga will give up on it.
        gives_up_at: Option<Timestamp>,
    },
    /// The step is done.
    Done { step: usize },
    /// The step has failed.
    Failed { step: usize, by: Failing },
    /// The saga undoes what it has done, from here on.
    TurnedBack,
    /// The saga goes forward again.
    TurnedForward,
    /// The compensation of this step has been answered.
    Undone { step: usize },
    /// An operator is needed.
    NeedsAttention(Attention),
    /// All steps are done.
    Completed,
    /// Everything is undone.
    Compensated,
}

/// Which of a step's two commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sending {
    /// The one that does it.
    Action,
    /// The one that undoes it.
    Compensation,
}

/// How a step failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failing {
    /// By a definite answer.
    Answer,
    /// Its deadline passed.
    Deadline,
}

/// Why an input was turned down. The instance is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It only goes forward from here.
    #[error("the saga has passed its pivot and only goes forward")]
    PastPivot,
    /// It has ended.
    #[error("the saga has ended")]
    Ended,
    /// It is being undone already.
    #[error("the saga is being compensated already")]
    AlreadyCompensating,
    /// The action is for sagas that need attention, and this one gets on by itself.
    #[error("the saga needs no attention: it goes on by itself or at its deadline")]
    NeedsNoAttention,
    /// Only compensations can be skipped.
    #[error("there is no compensation to skip")]
    NothingToSkip,
    /// Other steps have been undone already, or this one does not decide about the pivot.
    #[error("what is being undone now cannot be taken forward any more")]
    CannotGoForward,
    /// It was started under a definition that this program does not have.
    #[error("definition {name} version {version} with fingerprint {fingerprint} is not known here")]
    UnknownDefinition {
        name: String,
        version: u32,
        fingerprint: String,
    },
}

/// What a turn comes to.
#[derive(Debug, Clone)]
pub struct Transition {
    /// The instance from now on.
    pub instance: Instance,
    /// What is to be done, in order.
    pub effects: Vec<Effect>,
    /// What is to be kept.
    pub log: Vec<LogEntry>,
    /// Whether the input was taken. A reply or a timer always is, even if it changes nothing.
    pub accepted: Result<(), Refusal>,
}
