//! What a saga's commands were answered, kept so that the same command gets the same answer again.

use serde::{Deserialize, Serialize};
use shared_events::{
    AnyMessage, DeliveryAssigned, DeliveryCancelRefused, DeliveryCancelled, DeliveryFailed,
    DeliveryStage, DeliveryStatus, OrderId, SagaRef,
};

use super::{Courier, of_order};

/// Which command was answered: an action and its compensation may carry the same step and attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Asked {
    /// `AssignDelivery`.
    Assign,
    /// `CancelDelivery`.
    Cancel,
}

/// What the answer was.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// This agent brings it.
    Assigned(Courier),
    /// Nobody brings it.
    NotAssigned {
        /// A code of [`shared_events::reasons`].
        reason: String,
    },
    /// Nobody will bring it.
    Cancelled {
        /// Whether there was anything to cancel.
        existed: bool,
    },
    /// The agent was faster; where it stood.
    CancelRefused(DeliveryStatus),
}

/// The first answer to a command of one step and attempt.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The command.
    pub asked: Asked,
    /// The step and attempt that asked.
    #[serde(flatten)]
    pub saga: SagaRef,
    /// The answer.
    pub outcome: Outcome,
}

impl Outcome {
    pub(super) fn not_assigned(reason: &str) -> Self {
        Self::NotAssigned {
            reason: reason.to_owned(),
        }
    }

    /// The event that tells it.
    pub(super) fn reply(&self, order_id: OrderId, saga: &SagaRef) -> AnyMessage {
        let saga = Some(saga.clone());
        let delivery_id = of_order(order_id);
        match self {
            Self::Assigned(courier) => DeliveryAssigned {
                delivery_id,
                order_id,
                agent_id: courier.agent_id,
                agent_name: courier.name.clone(),
                estimated_arrival: courier.estimated_arrival,
                saga,
            }
            .into(),
            Self::NotAssigned { reason } => DeliveryFailed {
                delivery_id: Some(delivery_id),
                order_id,
                reason: reason.clone(),
                stage: DeliveryStage::Assignment,
                saga,
            }
            .into(),
            Self::Cancelled { existed } => DeliveryCancelled {
                delivery_id: existed.then_some(delivery_id),
                order_id,
                saga,
            }
            .into(),
            Self::CancelRefused(status) => DeliveryCancelRefused {
                delivery_id,
                order_id,
                status: *status,
                saga,
            }
            .into(),
        }
    }
}
