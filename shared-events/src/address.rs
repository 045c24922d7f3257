//! Where something goes and whom to tell: the parts of orders and deliveries that speak of a person.
//!
//! `Debug` leaves the person out, so that no log shows a name, a street or a telephone number by accident.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A postal address as it stood when the order was placed; later changes of the address book do not reach it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// Who takes the parcel.
    pub recipient: String,
    /// House and street.
    pub line1: String,
    /// Floor, landmark and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    /// Town.
    pub city: String,
    /// State or region.
    pub state: String,
    /// Postal code; delivery zones are made of its first digits.
    pub postal_code: String,
    /// ISO 3166 code of two letters.
    pub country: String,
    /// Telephone number for the agent at the door.
    pub phone: String,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address")
            .field("postal_code", &self.postal_code)
            .field("country", &self.country)
            .finish_non_exhaustive()
    }
}

/// How to reach the person who ordered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// How to address them.
    pub name: String,
    /// Where mails go.
    pub email: String,
    /// Where calls go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact").finish_non_exhaustive()
    }
}
