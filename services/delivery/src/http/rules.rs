//! Rules for fields that several requests have.

use garde::Validate;
use revcart_http_edge::{Answer, Problem};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::domain::map::Map;
use crate::domain::place::Point;
use crate::domain::zone::{Zone, plain};

/// Text that says something.
pub(super) fn not_blank(text: &str, (): &()) -> garde::Result {
    if text.trim().is_empty() {
        return Err(garde::Error::new("must not be blank"));
    }
    Ok(())
}

/// The beginning of a postal code: letters and digits, with what people write between them.
pub(super) fn postal_code(text: &str, (): &()) -> garde::Result {
    let between = |letter: char| letter == ' ' || letter == '-';
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || between(letter);
    if plain(text).is_empty() || !text.chars().all(allowed) {
        return Err(garde::Error::new(
            "must be letters, digits, spaces and hyphens, and not blank",
        ));
    }
    Ok(())
}

/// A zone that addresses can lie in.
pub(super) fn on_the_map(zone: &Zone, map: &Map) -> Answer<()> {
    if map.contains(zone) {
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

/// A point on the globe, in degrees.
#[derive(Debug, Clone, Copy, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(example = json!({"latitude": 18.5204, "longitude": 73.8567}))]
pub(super) struct Place {
    /// Degrees north.
    #[garde(range(min = -90.0, max = 90.0))]
    #[schema(minimum = -90, maximum = 90)]
    latitude: f64,
    /// Degrees east.
    #[garde(range(min = -180.0, max = 180.0))]
    #[schema(minimum = -180, maximum = 180)]
    longitude: f64,
}

impl From<Place> for Point {
    fn from(place: Place) -> Self {
        Self::at(place.latitude, place.longitude)
    }
}
