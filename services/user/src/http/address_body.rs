//! The body of the requests that add or replace an address.

use garde::Validate;
use serde::Deserialize;
use shared_events::{Address, AddressId};

use super::rules;
use crate::domain::Entry;

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(example = json!({
    "label": "home", "recipient": "Asha Rao", "line1": "12 MG Road", "city": "Bengaluru", "state": "Karnataka",
    "postalCode": "560001", "country": "IN", "phone": "+91 98765 43210", "isDefault": true
}))]
pub(super) struct AddressBody {
    #[garde(custom(rules::text(50)))]
    #[schema(min_length = 1, max_length = 50)]
    label: String,
    #[garde(custom(rules::text(100)))]
    #[schema(min_length = 1, max_length = 100)]
    recipient: String,
    #[garde(custom(rules::text(200)))]
    #[schema(min_length = 1, max_length = 200)]
    line1: String,
    #[serde(default)]
    #[garde(inner(custom(rules::optional_text(200))))]
    #[schema(max_length = 200)]
    line2: Option<String>,
    #[garde(custom(rules::text(100)))]
    #[schema(min_length = 1, max_length = 100)]
    city: String,
    #[garde(custom(rules::text(100)))]
    #[schema(min_length = 1, max_length = 100)]
    state: String,
    #[garde(custom(rules::text(20)))]
    #[schema(min_length = 1, max_length = 20)]
    postal_code: String,
    /// Its two letters in ISO 3166.
    #[garde(custom(rules::country))]
    #[schema(pattern = "^[A-Za-z]{2}$")]
    country: String,
    #[garde(custom(rules::phone))]
    #[schema(min_length = 6, max_length = 20, pattern = "^\\+?[0-9][0-9 ()-]*$")]
    phone: String,
    /// Whether this is to be offered first; as it is, if not given.
    #[serde(default)]
    #[garde(skip)]
    pub(super) is_default: Option<bool>,
}

impl AddressBody {
    /// The entry of the address book, under this id.
    pub(super) fn into_entry(self, id: AddressId) -> Entry {
        let trimmed = |text: String| text.trim().to_owned();
        let address = Address {
            recipient: trimmed(self.recipient),
            line1: trimmed(self.line1),
            line2: rules::trimmed(self.line2),
            city: trimmed(self.city),
            state: trimmed(self.state),
            postal_code: trimmed(self.postal_code),
            country: self.country,
            phone: trimmed(self.phone),
        };
        Entry {
            id,
            label: trimmed(self.label),
            address,
        }
    }
}
