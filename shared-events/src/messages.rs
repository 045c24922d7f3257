//! Every message there is, by the domain it speaks of; events first, then commands.
//!
//! A field that is added later must be optional; anything else is a new version with an upcaster
//! ([`crate::message::Superseded`]). Optional fields are left out when they are empty, unknown ones ignored.
//!
//! Choices made where the catalogue leaves room: events of users, products and orders carry `aggregateVersion`, the version
//! of the aggregate after the event (consumers keep the highest); payments and deliveries need none, because their statuses
//! only move forward and a later one implies the earlier. Events that a shopper is told of carry `userId` where there is one.

pub mod cart;
pub mod delivery;
pub mod notification;
pub mod order;
pub mod payment;
pub mod product;
pub mod user;

pub use cart::{CartAbandoned, CartItemAdded};
pub use delivery::{
    AssignDelivery, CancelDelivery, DeliveryAssigned, DeliveryCancelRefused, DeliveryCancelled,
    DeliveryCompleted, DeliveryFailed, DeliveryInProgress, DeliveryStage, DeliveryStatus,
};
pub use notification::{
    Channel, ChannelV1, NotificationOutcome, NotificationSent, NotificationSentV1, Recipient,
    SendNotification, SendNotificationV1,
};
pub use order::{
    CancelledBy, OrderCancelled, OrderConfirmed, OrderPlaced, OrderPlacedV1, OrderStatus,
    OrderStatusChanged,
};
pub use payment::{
    NextAction, PaymentAuthorized, PaymentCompleted, PaymentFailed, PaymentInitiated,
    PaymentMethod, RefundPayment, RefundProcessed, RequestPayment,
};
pub use product::{
    ProductCreated, ProductDeleted, ProductPriceChanged, ProductUpdated, ProductViewed,
    PurchaseLine, PurchaseOrderSent, ReleaseStock, ReserveStock, StockLevelLow, StockReleased,
    StockReservationFailed, StockReserved,
};
pub use user::{PasswordChangeReason, PasswordChanged, Role, UserProfileUpdated, UserRegistered};

/// A word that is not among those that a field may have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no {kind} is called {word:?}")]
pub struct UnknownWord {
    kind: &'static str,
    word: String,
}

impl UnknownWord {
    pub(crate) fn new(kind: &'static str, word: &str) -> Self {
        Self {
            kind,
            word: word.to_owned(),
        }
    }
}

/// An enum whose cases are words on the wire, in databases and in URLs. Adding a case is a new version of every message it
/// stands in: a consumer that does not know the word cannot read the message.
macro_rules! wire_words {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name {
            $($(#[$case_doc])* #[serde(rename = $word)] $case,)*
        }

        impl $name {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$case),*];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$case => $word,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::messages::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$case),)*
                    _ => Err($crate::messages::UnknownWord::new(stringify!($name), word)),
                }
            }
        }
    };
}
pub(crate) use wire_words;
