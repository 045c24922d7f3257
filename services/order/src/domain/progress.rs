//! What a decision of the saga does to the order, and what is told to the world of it.

use saga::order::definition::PAYMENT;
use saga::order::{Instance, OrderChange, OrderFacts, Settled, StepState};
use shared_events::{AnyMessage, Timestamp};

use super::because::Because;
use super::order::{Order, Outcome};

/// What the saga has to know of an order.
pub fn facts(order: &Order) -> OrderFacts {
    OrderFacts {
        order_id: order.id,
        user_id: order.terms.user_id,
        lines: order.terms.lines.clone(),
        total: order.terms.price.total,
        payment_method: order.terms.payment_method,
        payment_token: order.payment_token.clone(),
        shipping_address: order.terms.shipping_address.clone(),
        contact: order.terms.contact.clone(),
    }
}

/// Brings the order up to what its saga has decided, and why whoever wanted it says that they did; returns the events that
/// tell of it.
pub fn follow(
    order: &mut Order,
    saga: &Instance,
    (changes, because): (Vec<OrderChange>, Because),
    now: Timestamp,
) -> Vec<AnyMessage> {
    let mut events = Vec::with_capacity(changes.len());
    for change in changes {
        match change {
            OrderChange::StatusChanged {
                from: _,
                to,
                reason,
            } => {
                let because = because.clone().or(reason);
                events.extend(order.move_to(to, because, now).map(AnyMessage::from));
            }
            OrderChange::Confirmed => events.push(order.confirmed().into()),
            OrderChange::Cancelled { by, code, refunded } => {
                let reason = order.reason_of_cancelling().unwrap_or(code.as_str());
                let reason = reason.to_owned();
                events.push(order.cancelled(by, reason, refunded).into());
            }
        }
    }
    match saga.settled() {
        Some(Settled::Confirmed) => order.settle(Outcome::Confirmed, now),
        Some(Settled::Failed { code }) => {
            order.settle(Outcome::Failed(code.as_str().to_owned()), now);
        }
        None => {}
    }
    if !needs_payment_token(saga) {
        order.wipe_payment_token(now);
    }
    events
}

/// Whether a `RequestPayment` may still be written.
fn needs_payment_token(saga: &Instance) -> bool {
    let unanswered = saga.steps().any(|(name, record)| {
        name == PAYMENT && matches!(record.state, StepState::NotStarted | StepState::Waiting)
    });
    unanswered && saga.is_live()
}
