//! Identifiers: one `Copy` type per thing that has an identity, so that an order id cannot be passed as a product id.
//!
//! All are UUIDs, new ones of version 7: they sort by the time they were made, which keeps database indexes dense.
//! Any UUID is accepted on reading.

use std::{borrow::Cow, fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} is not a uuid")]
pub struct Error {
    kind: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new one, never made before, later than all made before it in this process (UUIDv7).
            #[expect(clippy::new_without_default, reason = "a new identity is not a default value")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The identifier with this value.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The value, as databases want it.
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                Uuid::parse_str(text).map(Self).map_err(|_| Error { kind: stringify!($name) })
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                Uuid::json_schema(generator)
            }
        }
    )*};
}

ids! {
    /// A person with a login: customer, agent or admin.
    UserId
    /// A postal address that a user has saved.
    AddressId
    /// Something that is sold.
    ProductId
    /// A group of products.
    CategoryId
    /// A cart; it outlives checkouts, its version tells them apart.
    CartId
    /// A line of a cart.
    ItemId
    /// An order. Also the correlation id of everything its checkout causes.
    OrderId
    /// The payment of an order, one per order.
    PaymentId
    /// Money going back to a shopper.
    RefundId
    /// Somebody who sells to the shop.
    SupplierId
    /// An order of the shop to a supplier.
    PurchaseOrderId
    /// Stock set aside for an order.
    ReservationId
    /// The delivery of an order.
    DeliveryId
    /// A person who delivers.
    AgentId
    /// A mail or an inbox entry.
    NotificationId
    /// A message on the wire: the key by which consumers recognise one they have handled.
    MessageId
    /// A running saga.
    SagaId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_id_is_a_uuid_of_version_seven_and_later_than_the_one_before() {
        let (first, second) = (OrderId::new(), OrderId::new());
        assert_eq!(first.as_uuid().get_version_num(), 7);
        assert!(first < second);
    }

    #[test]
    fn an_id_is_the_same_text_in_display_parse_and_json() {
        let id = UserId::new();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(
            serde_json::to_string(&id).unwrap(),
            format!("\"{}\"", id.as_uuid())
        );
        assert_eq!(format!("{id:?}"), format!("UserId({id})"));
    }

    #[test]
    fn what_is_not_a_uuid_is_refused_by_name() {
        let error = "7".parse::<CartId>().unwrap_err();
        assert_eq!(error.to_string(), "CartId is not a uuid");
    }
}
