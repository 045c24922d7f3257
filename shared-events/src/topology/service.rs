//! The eight services and what follows from their names.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// No service has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no service is called {0:?}; there are user, product, cart, order, payment, notification, delivery and analytics"
)]
pub struct UnknownService(String);

macro_rules! services {
    ($($(#[$doc:meta])* $name:ident = $short:literal, $port:literal;)*) => {
        /// A service. On the wire, in databases and logs it is its [`name`](Self::name).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Service {
            $($(#[$doc])* $name,)*
        }

        impl Service {
            /// All eight, by port.
            pub const ALL: [Self; 8] = [$(Self::$name),*];

            /// `order`
            pub const fn short(self) -> &'static str {
                match self { $(Self::$name => $short,)* }
            }

            /// `order-service`
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => concat!($short, "-service"),)* }
            }

            /// Its `source` in envelopes: `/revcart/order-service`.
            pub const fn source(self) -> &'static str {
                match self { $(Self::$name => concat!("/revcart/", $short, "-service"),)* }
            }

            /// The service with this `source`.
            pub fn from_source(source: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|service| service.source() == source)
            }

            /// The port it listens on when it runs alone.
            pub const fn port(self) -> u16 {
                match self { $(Self::$name => $port,)* }
            }

            pub(super) const fn queue_name(self) -> &'static str {
                match self { $(Self::$name => concat!($short, "-service-queue"),)* }
            }

            pub(super) const fn dead_letter_name(self) -> &'static str {
                match self { $(Self::$name => concat!($short, "-service-dlq"),)* }
            }
        }
    };
}

services! {
    /// Logins, profiles, addresses.
    User = "user", 8081;
    /// Catalogue, stock, suppliers.
    Product = "product", 8082;
    /// Carts of users and guests.
    Cart = "cart", 8083;
    /// Orders and their saga.
    Order = "order", 8084;
    /// Payments and refunds.
    Payment = "payment", 8085;
    /// Mails and inboxes.
    Notification = "notification", 8086;
    /// Agents and deliveries.
    Delivery = "delivery", 8087;
    /// The event log and what can be counted in it.
    Analytics = "analytics", 8088;
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Service {
    type Err = UnknownService;

    /// Takes `order-service` and `order`.
    fn from_str(name: &str) -> Result<Self, UnknownService> {
        let short = name.strip_suffix("-service").unwrap_or(name);
        Self::ALL
            .into_iter()
            .find(|service| service.short() == short)
            .ok_or_else(|| UnknownService(name.to_owned()))
    }
}

impl Serialize for Service {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Service {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
