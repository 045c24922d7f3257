//! `OrderCancelled`: the coupon that the order had may be used again.

use shared_events::OrderCancelled;

use super::Work;

pub(super) fn apply(work: &mut Work, order: &OrderCancelled) {
    work.cancelled.push(order.order_id);
}
