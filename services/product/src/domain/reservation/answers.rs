//! What a saga's commands were answered, kept so that the same command gets the same answer again.

use serde::{Deserialize, Serialize};
use shared_events::{SagaRef, Shortage};

/// Which command was answered: an action and its compensation may carry the same step and attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Asked {
    /// `ReserveStock`.
    Reserve,
    /// `ReleaseStock`.
    Release,
}

/// What the answer was.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "camelCase")]
pub enum Outcome {
    /// All lines are set aside.
    Reserved,
    /// None is.
    Refused {
        /// A code of [`shared_events::reasons`].
        reason: String,
        /// The lines of which there was too little.
        shortages: Vec<Shortage>,
    },
    /// Nothing is set aside any more.
    Released,
}

impl Outcome {
    pub(super) fn refused(reason: &str, shortages: Vec<Shortage>) -> Self {
        Self::Refused {
            reason: reason.to_owned(),
            shortages,
        }
    }
}

/// The first answer to a command of one step and attempt.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Answer {
    /// The command.
    pub asked: Asked,
    /// The step and attempt that asked.
    #[serde(flatten)]
    pub saga: SagaRef,
    /// The answer.
    #[serde(flatten)]
    pub outcome: Outcome,
}
