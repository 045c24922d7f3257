//! The database of the analytics service: its schema, and every query on it. Functions take the connection or the unit of
//! work; their callers own the transaction.
//!
//! Reading order: [`migrations`] (the schema); one module per table with its entity and queries: [`events`] (the log),
//! [`figures`], [`sightings`], [`product_days`], [`products`], [`order_numbers`]; [`save`] (what a batch adds to all of them but the log).

pub(crate) mod events;
pub(crate) mod figures;
mod migrations;
pub(crate) mod order_numbers;
pub(crate) mod product_days;
pub(crate) mod products;
pub(crate) mod sightings;

use sea_orm::sea_query::{Alias, Expr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait};
use shared_events::ProductId;

use crate::domain::tally::{Additions, Label};

pub use migrations::Migrator;
pub use revcart_persistence::Error;

/// Saves what a batch of events adds to the figures. `labels` are those of the batch that are not known to stand there already.
pub(crate) async fn save(
    connection: &impl ConnectionTrait,
    mut additions: Additions,
    labels: &[(ProductId, Label)],
) -> Result<(), Error> {
    let new = sightings::note(connection, &additions.sightings).await?;
    additions.count_new(new);
    figures::add(connection, additions.sums).await?;
    product_days::add(connection, &additions.shelves).await?;
    products::label(connection, labels).await?;
    order_numbers::note(connection, &additions.numbers).await
}

/// For an upsert that adds: the column as it is, and what would have been inserted.
fn plus_new<E: EntityTrait>(entity: E, column: impl ColumnTrait) -> Expr {
    let new = Expr::col((Alias::new("excluded"), column));
    Expr::col((entity, column)).add(new)
}

#[cfg(test)]
mod plans;
