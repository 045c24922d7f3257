//! `OrderPlaced`: the third step of the funnel, what becomes of a cart, and the number that people use.

use shared_events::{OrderPlaced, Timestamp};

use crate::domain::carts::{CartMoment, Fate};
use crate::domain::measure::Measure;
use crate::domain::tally::{Absurd, Tally};

pub(super) fn apply(tally: &mut Tally, event: &OrderPlaced, at: Timestamp) -> Result<(), Absurd> {
    tally.count_money(Measure::OrdersPlaced, at, event.total)?;
    tally.number(&event.order_number, event.order_id);
    let step = Measure::ReachedOrdered;
    match (event.user_id, event.cart_id) {
        (Some(user), _) => {
            tally.reach(step, at, user);
            tally.see(Measure::ActiveUsers, at, user);
            tally.see(Measure::OrderingUsers, at, user);
        }
        (None, Some(cart)) => tally.reach(step, at, cart),
        (None, None) => tally.reach(step, at, event.order_id),
    }
    if let Some(cart) = event.cart_id {
        tally.cart_moment(CartMoment {
            cart,
            at,
            fate: Fate::Ordered,
            amount: event.total,
        })?;
    }
    Ok(())
}
