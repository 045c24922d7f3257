//! Where the goods would go, as far as it is known: `?country=&state=`.

use garde::Validate;
use serde::Deserialize;
use shared_events::pricing::Region;
use utoipa::IntoParams;

/// Where the goods would go: taxes and the delivery fee depend on it. Without it they are those that hold where nothing else is said.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Place {
    /// ISO 3166 code of two letters.
    #[garde(length(chars, equal = 2), ascii)]
    #[param(
        min_length = 2,
        max_length = 2,
        pattern = "^[A-Za-z]{2}$",
        example = "IN"
    )]
    country: Option<String>,
    /// State or region of the country.
    #[garde(length(chars, max = 100))]
    #[param(max_length = 100, example = "Karnataka")]
    state: Option<String>,
}

impl Place {
    /// A state means nothing without its country.
    pub(super) fn region(&self) -> Option<Region> {
        let state = self.state.as_deref().unwrap_or_default();
        let country = self.country.as_deref()?;
        Some(Region::of(country, state))
    }
}
