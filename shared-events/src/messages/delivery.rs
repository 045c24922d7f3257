//! What delivery-service says about bringing orders to people, and what it is told to bring.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Address, AgentId, Contact, DeliveryId, Money, OrderId, OrderLine, SagaRef, Timestamp,
    message::{command, event},
    messages::wire_words,
};

wire_words! {
    /// Where a delivery stands.
    DeliveryStatus {
        /// Nobody has been found yet.
        Pending = "PENDING",
        /// An agent will fetch it.
        Assigned = "ASSIGNED",
        /// An agent has it.
        PickedUp = "PICKED_UP",
        /// The shopper has it.
        Delivered = "DELIVERED",
        /// It came back, or nobody could be found.
        Failed = "FAILED",
        /// Called off before it was picked up.
        Cancelled = "CANCELLED",
    }
}

wire_words! {
    /// How far a delivery had come when it failed.
    DeliveryStage {
        /// Nobody could be found.
        Assignment = "assignment",
        /// The agent stood at the door and came back with it.
        Doorstep = "doorstep",
    }
}

/// Somebody will bring it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryAssigned {
    /// The delivery.
    pub delivery_id: DeliveryId,
    /// What is brought.
    pub order_id: OrderId,
    /// Who brings it.
    pub agent_id: AgentId,
    /// Their name, for the shopper.
    pub agent_name: String,
    /// When it is likely to arrive.
    pub estimated_arrival: Timestamp,
    /// Echo of the command that is answered.
    #[serde(flatten, deserialize_with = "crate::saga_ref::echo")]
    pub saga: Option<SagaRef>,
}

event!(Delivery v1 DeliveryAssigned { subject: order_id, order: order_id, reply: saga });

/// The agent has it and is on the way. The pivot of the saga: from here it only goes forward.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryInProgress {
    /// The delivery.
    pub delivery_id: DeliveryId,
    /// What is brought.
    pub order_id: OrderId,
    /// Who brings it.
    pub agent_id: AgentId,
}

event!(Delivery v1 DeliveryInProgress { subject: order_id, order: order_id });

/// The shopper has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryCompleted {
    /// The delivery.
    pub delivery_id: DeliveryId,
    /// What was brought.
    pub order_id: OrderId,
    /// When it was handed over.
    pub delivered_at: Timestamp,
    /// Cash taken at the door.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collected: Option<Money>,
}

event!(Delivery v1 DeliveryCompleted { subject: order_id, order: order_id });

/// It will not be brought, or could not be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryFailed {
    /// The delivery, if there ever was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_id: Option<DeliveryId>,
    /// What was to be brought.
    pub order_id: OrderId,
    /// Why; a code of [`crate::reasons`] or the agent's words.
    pub reason: String,
    /// How far it had come.
    pub stage: DeliveryStage,
    /// Echo of the command that is answered; absent at the doorstep.
    #[serde(flatten, deserialize_with = "crate::saga_ref::echo")]
    pub saga: Option<SagaRef>,
}

event!(Delivery v1 DeliveryFailed { subject: order_id, order: order_id, reply: saga });

/// Nobody brings it, and nobody will.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryCancelled {
    /// The delivery, if there ever was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_id: Option<DeliveryId>,
    /// What was to be brought.
    pub order_id: OrderId,
    /// Echo of the command that is answered.
    #[serde(flatten, deserialize_with = "crate::saga_ref::echo")]
    pub saga: Option<SagaRef>,
}

event!(Delivery v1 DeliveryCancelled { subject: order_id, order: order_id, reply: saga });

/// Too late to call it off: the agent was faster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryCancelRefused {
    /// The delivery.
    pub delivery_id: DeliveryId,
    /// What is brought.
    pub order_id: OrderId,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// Echo of the command that is answered.
    #[serde(flatten, deserialize_with = "crate::saga_ref::echo")]
    pub saga: Option<SagaRef>,
}

event!(Delivery v1 DeliveryCancelRefused { subject: order_id, order: order_id, reply: saga });

/// Find somebody to bring an order. Answered by [`DeliveryAssigned`] or [`DeliveryFailed`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignDelivery {
    /// What is to be brought.
    pub order_id: OrderId,
    /// Where to.
    pub shipping_address: Address,
    /// What it consists of.
    pub lines: Vec<OrderLine>,
    /// Whom to ask.
    pub contact: Contact,
    /// Cash to take at the door; absent if it is paid for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collect: Option<Money>,
    /// When to give up: before the saga does.
    pub expires_at: Timestamp,
    /// The step that wants an answer.
    #[serde(flatten)]
    pub saga: SagaRef,
}

command!(Delivery v1 AssignDelivery {
    subject: order_id,
    order: order_id,
    saga: saga,
    replies: [DeliveryAssigned, DeliveryFailed]
});

/// Do not bring it, unless it is on its way. Answered by [`DeliveryCancelled`] or [`DeliveryCancelRefused`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancelDelivery {
    /// What was to be brought.
    pub order_id: OrderId,
    /// The step that wants an answer.
    #[serde(flatten)]
    pub saga: SagaRef,
}

command!(Delivery v1 CancelDelivery {
    subject: order_id,
    order: order_id,
    saga: saga,
    replies: [DeliveryCancelled, DeliveryCancelRefused]
});
