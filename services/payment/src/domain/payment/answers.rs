//! What a saga's commands were answered, kept so that the same command gets the same answer again.

use serde::{Deserialize, Serialize};
use shared_events::SagaRef;

/// Which command: an action and its compensation may carry the same step and attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Asked {
    /// `RequestPayment`.
    Payment,
    /// `RefundPayment`.
    Refund,
}

/// A command of one step and attempt.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ask {
    /// The command.
    pub asked: Asked,
    /// The step and attempt that asks.
    #[serde(flatten)]
    pub saga: SagaRef,
}

impl Ask {
    pub(super) fn payment(saga: &SagaRef) -> Self {
        Self {
            asked: Asked::Payment,
            saga: saga.clone(),
        }
    }

    pub(super) fn refund(saga: &SagaRef) -> Self {
        Self {
            asked: Asked::Refund,
            saga: saga.clone(),
        }
    }

    pub(super) fn is_for_payment(&self) -> bool {
        self.asked == Asked::Payment
    }
}

/// What the answer was.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "camelCase")]
pub enum Outcome {
    /// Cash is promised.
    Authorized,
    /// The money was taken.
    Completed,
    /// It was not, and will not be.
    Failed {
        /// A code of [`shared_events::reasons`].
        reason: String,
    },
    /// Nothing can be taken any more, and this much went back.
    Refunded {
        /// The refund.
        number: u32,
        /// In minor units.
        amount: i64,
    },
}

/// The first answer to a command of one step and attempt.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Answer {
    /// What was asked.
    #[serde(flatten)]
    pub ask: Ask,
    /// The answer.
    #[serde(flatten)]
    pub outcome: Outcome,
}
