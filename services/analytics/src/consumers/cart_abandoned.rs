//! `CartAbandoned`: a cart given up, and what lay in it.

use shared_events::{CartAbandoned, Timestamp};

use crate::domain::carts::{CartMoment, Fate};
use crate::domain::measure::Measure;
use crate::domain::tally::{Absurd, Tally};

pub(super) fn apply(tally: &mut Tally, event: &CartAbandoned, at: Timestamp) -> Result<(), Absurd> {
    tally.count_money(Measure::CartsAbandoned, at, event.total)?;
    tally.cart_moment(CartMoment {
        cart: event.cart_id,
        at,
        fate: Fate::Abandoned,
        amount: event.total,
    })
}
