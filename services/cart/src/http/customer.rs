//! Who is meant by a customer id, and whether they are the one who asks.

use revcart_http_edge::{Answer, MaybeIdentity, Problem};
use serde::{Deserialize, Deserializer, de};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::domain::{GuestId, Owner};

/// `guest-<uuid>`, or the id of a user.
#[derive(Debug, Clone, Copy)]
pub(super) struct CustomerId(Owner);

impl CustomerId {
    /// Whose cart is meant. A guest's id is enough to have the guest's cart; a user's goes with the user's token only, and to others,
    /// known or not, there is no such cart.
    pub(super) fn admit(self, MaybeIdentity(identity): &MaybeIdentity) -> Answer<Owner> {
        match (self.0, identity) {
            (owner @ Owner::Guest(_), _) => Ok(owner),
            (owner @ Owner::User(id), Some(identity)) if identity.is_user(id) => Ok(owner),
            (Owner::User(_), _) => Err(Problem::not_found("cart")),
        }
    }
}

impl<'de> Deserialize<'de> for CustomerId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(de::Error::custom)
    }
}

impl utoipa::PartialSchema for CustomerId {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "`guest-` and a random UUID (version 4 or 7) that the client makes and keeps to itself, or a user's id with their token.",
            ))
            .pattern(Some(
                "^(guest-[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[47][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$",
            ))
            .examples(["guest-0b37c1a5-3c8f-4d43-9a6b-2f1de26bb6f1"]);
        text.into()
    }
}

impl utoipa::ToSchema for CustomerId {
    fn name() -> std::borrow::Cow<'static, str> {
        "CustomerId".into()
    }
}

/// `guest-<uuid>`.
#[derive(Debug, Clone, Copy)]
pub(super) struct GuestCartId(pub(super) GuestId);

impl<'de> Deserialize<'de> for GuestCartId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(de::Error::custom)
    }
}
