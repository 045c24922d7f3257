//! `CartItemAdded`: the second step of the funnel. A guest is known by the cart.

use shared_events::{CartItemAdded, Timestamp};

use crate::domain::measure::Measure;
use crate::domain::tally::Tally;

pub(super) fn apply(tally: &mut Tally, event: &CartItemAdded, at: Timestamp) {
    let units = event.quantity.get();
    let currency = event.unit_price.currency();
    tally.cart(at, event.product_id, units, currency);
    match event.user_id {
        Some(user) => {
            tally.reach(Measure::ReachedCarted, at, user);
            tally.see(Measure::ActiveUsers, at, user);
        }
        None => tally.reach(Measure::ReachedCarted, at, event.cart_id),
    }
}
