//! The commands of the order saga, written out.

use shared_events::{
    AnyMessage, AssignDelivery, CancelDelivery, OrderLine, PaymentMethod, RefundPayment,
    ReleaseStock, RequestPayment, ReserveStock, SagaRef, Timestamp, reasons,
};

use super::{Cancellation, OrderFacts, definition};
use crate::engine::Sending;

/// What a command is made of besides the order.
pub(super) struct Order {
    pub(super) step: &'static str,
    pub(super) sending: Sending,
    pub(super) saga: SagaRef,
    pub(super) expires_at: Timestamp,
    pub(super) cancellation: Option<Cancellation>,
}

/// The command of a step, or `None` for a step that has no such command.
pub(super) fn write(facts: &OrderFacts, order: Order) -> Option<AnyMessage> {
    let order_id = facts.order_id;
    let Order {
        saga, expires_at, ..
    } = order;
    Some(match (order.step, order.sending) {
        (definition::RESERVE_STOCK, Sending::Action) => ReserveStock {
            order_id,
            lines: facts.lines.iter().map(OrderLine::stock).collect(),
            saga,
        }
        .into(),
        (definition::RESERVE_STOCK, Sending::Compensation) => {
            ReleaseStock { order_id, saga }.into()
        }
        (definition::PAYMENT, Sending::Action) => RequestPayment {
            order_id,
            user_id: facts.user_id,
            amount: facts.total,
            method: facts.payment_method,
            payment_token: facts.payment_token.clone(),
            expires_at,
            saga,
        }
        .into(),
        (definition::PAYMENT, Sending::Compensation) => RefundPayment {
            order_id,
            reason: order
                .cancellation
                .map_or(reasons::CANCELLED_BY_ADMIN, |why| why.code.as_str())
                .to_owned(),
            saga,
        }
        .into(),
        (definition::DELIVERY, Sending::Action) => AssignDelivery {
            order_id,
            shipping_address: facts.shipping_address.clone(),
            lines: facts.lines.clone(),
            contact: facts.contact.clone(),
            collect: (facts.payment_method == PaymentMethod::Cod).then_some(facts.total),
            expires_at,
            saga,
        }
        .into(),
        (definition::DELIVERY, Sending::Compensation) => CancelDelivery { order_id, saga }.into(),
        _ => return None,
    })
}
