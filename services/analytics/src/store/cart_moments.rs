//! `cart_moments`: when carts were given up and ordered, for as long as one may still become the other.

pub(super) mod documents;
pub(super) mod sql;

use std::collections::BTreeMap;

use revcart_persistence::{UnitOfWork, Work};
use shared_events::{CartId, Timestamp};

use super::Error;
use crate::domain::carts::CartMoment;

/// What happened to carts, by cart.
pub(crate) type Moments = BTreeMap<CartId, Vec<CartMoment>>;

/// Notes what happened to carts; what is noted already stays as it is.
pub(crate) async fn note(unit: &UnitOfWork, moments: &[CartMoment]) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::note(tx, moments).await,
        Work::Documents(documents) => documents::note(documents, moments).await,
    }
}

/// What is known of these carts.
pub(crate) async fn find(unit: &UnitOfWork, carts: &[CartId]) -> Result<Moments, Error> {
    let found = match unit.work() {
        Work::Sql(tx) => sql::find(tx, carts).await?,
        Work::Documents(documents) => documents::find(documents, carts).await?,
    };
    Ok(by_cart(&found))
}

/// The same moments, by cart.
pub(crate) fn by_cart(moments: &[CartMoment]) -> Moments {
    let mut by_cart = Moments::new();
    for moment in moments {
        by_cart.entry(moment.cart).or_default().push(*moment);
    }
    by_cart
}

/// Forgets what happened in some time.
pub(crate) async fn clear(
    unit: &UnitOfWork,
    from: Timestamp,
    until: Timestamp,
) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::clear(tx, from, until).await,
        Work::Documents(documents) => documents::clear(documents, from, until).await,
    }
}

/// Forgets what happened before `before`, the oldest first, about `most` at a time; returns how many.
pub(crate) async fn forget(unit: &UnitOfWork, before: Timestamp, most: u32) -> Result<u64, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::forget(tx, before, most).await,
        Work::Documents(documents) => documents::forget(documents, before, most).await,
    }
}
