//! `OrderPlaced`: the coupon that the order has on hold is used.

use shared_events::OrderPlaced;

use super::Work;

pub(super) fn apply(work: &mut Work, order: &OrderPlaced) {
    // Without a discount there was no coupon; or one that took nothing off, which runs out and may be used again.
    if !order.discount.is_zero() {
        work.placed.push(order.order_id);
    }
}
