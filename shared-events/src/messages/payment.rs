//! What payment-service says about the money of orders, and what it is told to do with it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Money, OrderId, PaymentId, PaymentToken, RefundId, SagaRef, Timestamp, UserId,
    message::{command, event},
    messages::wire_words,
};

wire_words! {
    /// How an order is paid, which is also the gateway that it is paid through.
    PaymentMethod {
        /// Cash, to the agent at the door.
        Cod = "COD",
        /// A gateway that does what its token says, for tests.
        Dummy = "DUMMY",
        /// Stripe, by `PaymentIntent`.
        Stripe = "STRIPE",
        /// Razorpay, by order and signature.
        Razorpay = "RAZORPAY",
    }
}

/// What the shopper has to do so that the payment goes on. Holds nothing secret: a client fetches that from payment-service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NextAction {
    /// What to do, in the gateway's words: `redirect`, `confirm`.
    pub kind: String,
    /// Where to do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A payment has been opened at the gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentInitiated {
    /// The payment.
    pub payment_id: PaymentId,
    /// The order it is for.
    pub order_id: OrderId,
    /// Who pays; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The gateway.
    pub gateway: PaymentMethod,
    /// What is to be paid.
    pub amount: Money,
    /// What the shopper has to do, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_action: Option<NextAction>,
    /// Echo of the command that is answered.
    #[serde(flatten, deserialize_with = "crate::saga_ref::echo")]
    pub saga: Option<SagaRef>,
}

event!(Payment v1 PaymentInitiated { subject: order_id, order: order_id, reply: saga });

/// The money is promised but not taken yet: cash on delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentAuthorized {
    /// The payment.
    pub payment_id: PaymentId,
    /// The order it is for.
    pub order_id: OrderId,
    /// Who pays; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The gateway.
    pub gateway: PaymentMethod,
    /// What is promised.
    pub amount: Money,
    /// Echo of the command that is answered.
    #[serde(flatten, deserialize_with = "crate::saga_ref::echo")]
    pub saga: Option<SagaRef>,
}

event!(Payment v1 PaymentAuthorized { subject: order_id, order: order_id, reply: saga });

/// The money has been taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentCompleted {
    /// The payment.
    pub payment_id: PaymentId,
    /// The order it is for.
    pub order_id: OrderId,
    /// Who paid; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The gateway.
    pub gateway: PaymentMethod,
    /// What the gateway calls it.
    pub gateway_reference: String,
    /// What was taken.
    pub amount: Money,
    /// Echo of the command that is answered; absent for cash that was collected at the door.
    #[serde(flatten, deserialize_with = "crate::saga_ref::echo")]
    pub saga: Option<SagaRef>,
}

event!(Payment v1 PaymentCompleted { subject: order_id, order: order_id, reply: saga });

/// A try to pay has failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentFailed {
    /// The payment.
    pub payment_id: PaymentId,
    /// The order it is for.
    pub order_id: OrderId,
    /// Who tried; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// Why; a code of [`crate::reasons`].
    pub reason: String,
    /// True if no further try is possible: only then the step of the saga has failed.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Echo of the command that is answered.
    #[serde(flatten, deserialize_with = "crate::saga_ref::echo")]
    pub saga: Option<SagaRef>,
}

event!(Payment v1 PaymentFailed { subject: order_id, order: order_id, reply: saga });

/// Money has gone back. As a reply to [`RefundPayment`] it also says that nothing can be taken any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundProcessed {
    /// The refund.
    pub refund_id: RefundId,
    /// The payment it gives back.
    pub payment_id: PaymentId,
    /// The order that was paid.
    pub order_id: OrderId,
    /// Who gets it; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// What went back: zero where nothing had been taken.
    pub amount: Money,
    /// Echo of the command that is answered; absent for a refund made by hand.
    #[serde(flatten, deserialize_with = "crate::saga_ref::echo")]
    pub saga: Option<SagaRef>,
}

event!(Payment v1 RefundProcessed { subject: order_id, order: order_id, reply: saga });

/// See to it that an order is paid for. Answered by [`PaymentInitiated`] on the way and by [`PaymentCompleted`],
/// [`PaymentAuthorized`] or a final [`PaymentFailed`] in the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestPayment {
    /// The order to be paid.
    pub order_id: OrderId,
    /// Who pays; absent for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// What is to be paid.
    pub amount: Money,
    /// How.
    pub method: PaymentMethod,
    /// A single-use token from the gateway's own form, where the shopper has filled it in already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_token: Option<PaymentToken>,
    /// When to give up: before the saga does.
    pub expires_at: Timestamp,
    /// The step that wants an answer.
    #[serde(flatten)]
    pub saga: SagaRef,
}

command!(Payment v1 RequestPayment {
    subject: order_id,
    order: order_id,
    saga: saga,
    secrets: ["paymentToken"],
    replies: [PaymentInitiated, PaymentAuthorized, PaymentCompleted, PaymentFailed]
});

/// Close the payment of an order: take nothing any more and give back what was taken. Answered by [`RefundProcessed`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundPayment {
    /// The order whose payment it is.
    pub order_id: OrderId,
    /// Why; a code of [`crate::reasons`].
    pub reason: String,
    /// The step that wants an answer.
    #[serde(flatten)]
    pub saga: SagaRef,
}

command!(Payment v1 RefundPayment { subject: order_id, order: order_id, saga: saga, replies: [RefundProcessed] });
