//! Rules for fields that several requests have.

use revcart_http_edge::{Answer, Problem};
use serde::{Deserialize, Deserializer};
use shared_events::{Currency, Money};

/// The dearest price, in minor units; a cart of many stays far from overflow.
const DEAREST: i64 = 1_000_000_000_000;

/// Text that says something.
pub(super) fn not_blank(text: &str, (): &()) -> garde::Result {
    if text.trim().is_empty() {
        return Err(garde::Error::new("must not be blank"));
    }
    storable(text, &())
}

/// PostgreSQL keeps every text but those with a NUL in them.
pub(super) fn storable(text: &str, (): &()) -> garde::Result {
    if text.contains('\0') {
        return Err(garde::Error::new("must not contain the character NUL"));
    }
    Ok(())
}

/// What a unit may cost.
pub(super) fn price(price: &Money, (): &()) -> garde::Result {
    if (1..=DEAREST).contains(&price.minor()) {
        return Ok(());
    }
    Err(garde::Error::new("must be more than zero, and not absurd"))
}

/// The shop has one currency.
pub(super) fn in_currency(price: Money, currency: Currency) -> Answer<()> {
    if price.currency() == currency {
        return Ok(());
    }
    Err(Problem::invalid(
        "price",
        format!("prices are in {currency}"),
    ))
}

/// Tells a field that is left out from one that is null: `None`, and `Some(None)`.
pub(super) fn if_given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}
