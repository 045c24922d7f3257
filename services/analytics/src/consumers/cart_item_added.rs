//! `CartItemAdded`: the second stage of the funnel.

use shared_events::{CartItemAdded, Timestamp};

use crate::domain::measure::Measure;
use crate::domain::tally::Tally;

pub(super) fn apply(tally: &mut Tally, event: &CartItemAdded, at: Timestamp) {
    let units = event.quantity.get();
    let currency = event.unit_price.currency();
    tally.cart(at, event.product_id, units, currency);
    tally.see(Measure::CartsFilled, at, event.cart_id);
    if let Some(user) = event.user_id {
        tally.see(Measure::ActiveUsers, at, user);
    }
}
