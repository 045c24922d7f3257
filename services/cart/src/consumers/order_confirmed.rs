//! `OrderConfirmed`: what was ordered leaves the cart; what has come into it since stays.

use shared_events::OrderConfirmed;

use super::Work;

pub(super) fn apply(work: &mut Work, order: &OrderConfirmed) {
    // An order that was made of no cart of ours (or of a guest's that is gone) leaves nothing to do.
    let Some(loaded) = work.carts.get_mut(&order.cart_id) else {
        return;
    };
    let taken = loaded.cart.take_out(order.cart_version, &order.lines);
    loaded.gone.extend(taken.gone);
    loaded.reduced.extend(taken.reduced);
}
