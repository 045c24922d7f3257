//! How many units of something: at least one, at most a million.

use std::{borrow::Cow, fmt, num::NonZeroU32};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// The number is zero or beyond [`Quantity::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a quantity is between 1 and {}", Quantity::MAX)]
pub struct Error;

/// A number of units; on the wire a JSON number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Quantity(NonZeroU32);

impl Quantity {
    /// The most that one line may ask for; keeps every sum of lines far from overflow.
    pub const MAX: u32 = 1_000_000;

    /// One unit.
    pub const ONE: Self = Self(NonZeroU32::MIN);

    /// So many units.
    pub fn new(units: u32) -> Result<Self, Error> {
        NonZeroU32::new(units)
            .filter(|units| units.get() <= Self::MAX)
            .map(Self)
            .ok_or(Error)
    }

    /// The number of units.
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl TryFrom<u32> for Quantity {
    type Error = Error;

    fn try_from(units: u32) -> Result<Self, Error> {
        Self::new(units)
    }
}

impl From<Quantity> for u32 {
    fn from(quantity: Quantity) -> Self {
        quantity.get()
    }
}

impl From<Quantity> for i64 {
    fn from(quantity: Quantity) -> Self {
        Self::from(quantity.get())
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl JsonSchema for Quantity {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Quantity".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 1, "maximum": Self::MAX })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_between_one_and_a_million() {
        assert_eq!(Quantity::new(0), Err(Error));
        assert_eq!(Quantity::new(1).map(Quantity::get), Ok(1));
        assert_eq!(Quantity::new(1_000_000).map(Quantity::get), Ok(1_000_000));
        assert_eq!(Quantity::new(1_000_001), Err(Error));
    }

    #[test]
    fn json_is_a_whole_number_within_the_bounds() {
        assert_eq!(serde_json::to_string(&Quantity::ONE).unwrap(), "1");
        assert_eq!(serde_json::from_str::<Quantity>("7").unwrap().get(), 7);
        for bad in ["0", "-1", "1.5", "\"1\"", "1000001", "null"] {
            assert!(serde_json::from_str::<Quantity>(bad).is_err(), "{bad}");
        }
    }
}
