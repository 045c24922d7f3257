//! `OrderConfirmed`: the last step of the funnel, and what was sold.

use shared_events::{OrderConfirmed, Timestamp};

use crate::domain::measure::Measure;
use crate::domain::tally::{Absurd, Tally};

pub(super) fn apply(
    tally: &mut Tally,
    event: &OrderConfirmed,
    at: Timestamp,
) -> Result<(), Absurd> {
    tally.count_money(Measure::OrdersConfirmed, at, event.total)?;
    match event.user_id {
        Some(user) => tally.reach(Measure::ReachedPaid, at, user),
        None => tally.reach(Measure::ReachedPaid, at, event.cart_id),
    }
    for line in &event.lines {
        let product = line.product_id;
        tally.sell(at, product, line.quantity.get(), line.unit_price)?;
        tally.label(product, &line.sku, &line.name);
    }
    Ok(())
}
