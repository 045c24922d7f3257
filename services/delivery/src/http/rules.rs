//! Rules for fields that several requests have.

use revcart_http_edge::{Answer, Problem};
use serde::{Deserialize, Deserializer};

use crate::config::Config;
use crate::domain::zone::Zone;

/// Text that says something.
pub(super) fn not_blank(text: &str, (): &()) -> garde::Result {
    if text.trim().is_empty() {
        return Err(garde::Error::new("must not be blank"));
    }
    Ok(())
}

/// A zone that addresses can lie in.
pub(super) fn on_the_map(zone: &Zone, config: &Config) -> Answer<()> {
    if config.zones.contains(zone) {
        return Ok(());
    }
    Err(Problem::invalid("zone", "there is no such zone"))
}

/// Tells a field that is left out from one that is null: `None`, and `Some(None)`.
pub(super) fn if_given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}
