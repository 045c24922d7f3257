//! The database of the analytics service: its schema, and every query on it. Functions take the database or the unit of
//! work; their callers own the transaction.
//!
//! Reading order: [`migrations`] (tables), [`collections`] (the same in MongoDB); one module per kind of thing kept:
//! [`events`] (the log), [`figures`], [`sightings`], [`product_days`], [`products`], [`order_numbers`], [`members`] and
//! [`cohorts`], [`cart_moments`], [`rebuilds`]; [`save`] (what a batch adds to all of them but the log). Each is the same in both kinds of database: `sql` and `documents` below it.

mod adding;
pub(crate) mod cart_moments;
pub(crate) mod cohorts;
mod collections;
pub(crate) mod events;
pub(crate) mod figures;
pub(crate) mod members;
mod migrations;
pub(crate) mod order_numbers;
pub(crate) mod product_days;
pub(crate) mod products;
pub(crate) mod rebuilds;
pub(crate) mod sightings;

use std::time::Duration;

use revcart_persistence::{UnitOfWork, inbox};
use shared_events::{CartId, ProductId};

use crate::domain::tally::{Additions, Label};

pub use migrations::Migrator;
pub use revcart_persistence::Error;

/// How long it is kept who was there and what happened to carts: an event that is no duplicate may count for as long as
/// duplicates are recognised at all, and somebody who was there on the first of a month counts for all of it.
pub(crate) const SIGHTINGS_KEPT: Duration =
    inbox::KEPT.saturating_add(Duration::from_secs(31 * 86_400));

/// Saves what a batch of events adds to the figures. `labels` are those of the batch that are not known to stand there already.
pub(crate) async fn save(
    unit: &UnitOfWork,
    mut additions: Additions,
    labels: &[(ProductId, Label)],
) -> Result<(), Error> {
    let new = sightings::note(unit, &additions.sightings).await?;
    additions.count_new(&new);
    cohorts::count(unit, &additions.members, &new).await?;
    follow_carts(unit, &mut additions).await?;
    figures::add(unit, additions.sums).await?;
    product_days::add(unit, &additions.shelves).await?;
    products::label(unit, labels).await?;
    order_numbers::note(unit, &additions.numbers).await
}

/// Notes what happened to carts, and counts what that changes about those given up.
async fn follow_carts(unit: &UnitOfWork, additions: &mut Additions) -> Result<(), Error> {
    if additions.carts.is_empty() {
        return Ok(());
    }
    let new = cart_moments::by_cart(&additions.carts);
    let carts: Vec<CartId> = new.keys().copied().collect();
    let known = cart_moments::find(unit, &carts).await?;
    cart_moments::note(unit, &additions.carts).await?;
    for (cart, new) in &new {
        let known = known.get(cart).map_or(&[][..], Vec::as_slice);
        additions.count_recovered(known, new);
    }
    Ok(())
}

#[cfg(test)]
mod plans;
