//! What an order saga can be told: by a participant, by a timer, by a shopper, by an operator.

use shared_events::{AnyMessage, CancelledBy, DeliveryStage, Envelope, MessageId, Money, SagaRef};

/// One thing that the saga is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A participant has said something.
    Reply(Reply),
    /// The timer of this generation has gone off.
    DeadlinePassed { generation: u32 },
    /// The shopper, or an admin for them, wants the order undone.
    CancelWanted {
        by: CancelledBy,
        reason: Option<String>,
    },
    /// An operator takes a hand.
    Operator(Intervention),
}

/// What of a participant's event concerns the saga.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// Its name in the definition.
    pub(crate) signal: &'static str,
    /// The command that it answers; facts that come by themselves have none.
    pub(crate) saga: Option<SagaRef>,
    /// The message that brought it, for the log.
    pub(crate) message_id: Option<MessageId>,
    /// Why, if it is a failure.
    pub(crate) reason: Option<String>,
    /// What went back, if it is a refund.
    pub(crate) refunded: Option<Money>,
}

/// What an operator does, with what has to be known of it later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervention {
    /// What is done.
    pub action: Action,
    /// Who does it.
    pub who: String,
    /// Why they do it.
    pub why: String,
}

/// What an operator can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// `NEEDS_ATTENTION` only: sends the unanswered compensation again under the next attempt; after a failure at the
    /// doorstep, or of an attempt after that, lets the delivery be attempted again.
    Retry,
    /// `NEEDS_ATTENTION` in compensation only: the compensation has been done by hand.
    Skip,
    /// Before the pivot: the same as a cancellation. After it only for a delivery that failed; without `restock` (the
    /// goods did not come back) the stock stays sold.
    Compensate { restock: bool },
    /// A fact that never came (picked up, delivered), or a step that needs attention, is taken as done; a
    /// `CancelDelivery` that needs attention is taken as refused.
    ForceForward,
}

impl Input {
    /// The input that a message is; `None` if the order saga does not care for it. It is for the saga of
    /// [`AnyMessage::order_id`].
    pub fn from_message(message: &AnyMessage) -> Option<Self> {
        reply(message).map(Self::Reply)
    }

    /// The same, and the log will name the message.
    pub fn from_envelope(envelope: &Envelope) -> Option<Self> {
        reply(&envelope.data).map(|reply| {
            Self::Reply(Reply {
                message_id: Some(envelope.id),
                ..reply
            })
        })
    }
}

fn reply(message: &AnyMessage) -> Option<Reply> {
    let said = |signal, saga: &Option<SagaRef>| Reply {
        signal,
        saga: saga.clone(),
        message_id: None,
        reason: None,
        refunded: None,
    };
    let failed = |signal, saga, reason: &String| Reply {
        reason: Some(reason.clone()),
        ..said(signal, saga)
    };
    Some(match message {
        AnyMessage::StockReserved(event) => said("StockReserved", &event.saga),
        AnyMessage::StockReservationFailed(event) => {
            failed("StockReservationFailed", &event.saga, &event.reason)
        }
        AnyMessage::StockReleased(event) => said("StockReleased", &event.saga),
        AnyMessage::PaymentAuthorized(event) => said("PaymentAuthorized", &event.saga),
        AnyMessage::PaymentCompleted(event) => said("PaymentCompleted", &event.saga),
        AnyMessage::PaymentFailed(event) if event.is_final => {
            failed("PaymentFailed(final)", &event.saga, &event.reason)
        }
        AnyMessage::PaymentFailed(event) => failed("PaymentFailed", &event.saga, &event.reason),
        AnyMessage::RefundProcessed(event) => Reply {
            refunded: Some(event.amount),
            ..said("RefundProcessed", &event.saga)
        },
        AnyMessage::DeliveryAssigned(event) => said("DeliveryAssigned", &event.saga),
        AnyMessage::DeliveryInProgress(_) => said("DeliveryInProgress", &None),
        AnyMessage::DeliveryCompleted(_) => said("DeliveryCompleted", &None),
        AnyMessage::DeliveryFailed(event) => match event.stage {
            DeliveryStage::Assignment => {
                failed("DeliveryFailed(assignment)", &event.saga, &event.reason)
            }
            DeliveryStage::Doorstep => {
                failed("DeliveryFailed(doorstep)", &event.saga, &event.reason)
            }
        },
        AnyMessage::DeliveryCancelled(event) => said("DeliveryCancelled", &event.saga),
        AnyMessage::DeliveryCancelRefused(event) => said("DeliveryCancelRefused", &event.saga),
        _ => return None,
    })
}
