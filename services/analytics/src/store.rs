//! The database of the analytics service: its schema, and every query on it. Functions take the database or the unit of
//! work; their callers own the transaction.
//!
//! Reading order: [`migrations`] (tables), [`collections`] (the same in MongoDB); one module per kind of thing kept:
//! [`events`] (the log), [`figures`], [`sightings`], [`product_days`], [`products`], [`order_numbers`]; [`save`] (what a batch
//! adds to all of them but the log). Each is the same in both kinds of database: `sql` and `documents` below it.

mod adding;
mod collections;
pub(crate) mod events;
pub(crate) mod figures;
mod migrations;
pub(crate) mod order_numbers;
pub(crate) mod product_days;
pub(crate) mod products;
pub(crate) mod sightings;

use revcart_persistence::UnitOfWork;
use shared_events::ProductId;

use crate::domain::tally::{Additions, Label};

pub use migrations::Migrator;
pub use revcart_persistence::Error;

/// Saves what a batch of events adds to the figures. `labels` are those of the batch that are not known to stand there already.
pub(crate) async fn save(
    unit: &UnitOfWork,
    mut additions: Additions,
    labels: &[(ProductId, Label)],
) -> Result<(), Error> {
    let new = sightings::note(unit, &additions.sightings).await?;
    additions.count_new(new);
    figures::add(unit, additions.sums).await?;
    product_days::add(unit, &additions.shelves).await?;
    products::label(unit, labels).await?;
    order_numbers::note(unit, &additions.numbers).await
}

#[cfg(test)]
mod plans;
