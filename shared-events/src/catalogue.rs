//! The list of all messages: [`AnyMessage`] holds one of them, [`ALL`] describes each version of each.

use schemars::{Schema, SchemaGenerator};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Command, DecodeError, Destination, Domain, Event, Message, OrderId, Queue, SagaRef, Superseded,
    Topic, messages::*,
};

/// What is known of a version of a message without having one.
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    /// `OrderPlaced`
    pub name: &'static str,
    /// Counted from 1.
    pub version: u32,
    /// What it speaks of.
    pub domain: Domain,
    /// `order.OrderPlaced.v2`
    pub id: &'static str,
    /// `com.revcart.order.OrderPlaced.v2`
    pub wire_type: &'static str,
    /// `urn:revcart:schema:order.OrderPlaced.v2`
    pub schema_urn: &'static str,
    /// What it is used for.
    pub purpose: Purpose,
    /// Fields of `data` that nobody but the receiver may see.
    pub secrets: &'static [&'static str],
    /// Makes the JSON Schema of `data`.
    pub schema: fn(SchemaGenerator) -> Schema,
}

/// What a version of a message is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A fact, published to a topic.
    Event(Topic),
    /// An order to one service, with the names of the events that answer it.
    Command(Queue, &'static [&'static str]),
    /// Was an event or a command, is only read now; the number is the version that is written today.
    Superseded(u32),
}

impl Descriptor {
    const fn of<M: Message>(purpose: Purpose) -> Self {
        Self {
            name: M::NAME,
            version: M::VERSION,
            domain: M::DOMAIN,
            id: M::ID,
            wire_type: M::TYPE,
            schema_urn: M::SCHEMA,
            purpose,
            secrets: M::SECRETS,
            schema: schema_of::<M>,
        }
    }

    const fn event<E: Event>() -> Self {
        Self::of::<E>(Purpose::Event(E::TOPIC))
    }

    const fn command<C: Command>() -> Self {
        Self::of::<C>(Purpose::Command(C::QUEUE, C::REPLIES))
    }

    const fn superseded<S: Superseded>() -> Self {
        Self::of::<S>(Purpose::Superseded(S::Current::VERSION))
    }

    /// Where a message of this kind goes; nowhere if it is not written any more.
    pub const fn destination(&self) -> Option<Destination> {
        match self.purpose {
            Purpose::Event(topic) => Some(Destination::Topic(topic)),
            Purpose::Command(Queue(service), _) => Some(Destination::Queue(service)),
            Purpose::Superseded(_) => None,
        }
    }
}

fn schema_of<M: Message>(generator: SchemaGenerator) -> Schema {
    generator.into_root_schema_for::<M>()
}

/// `Name` or `Name <- OlderStruct, …` for messages that had other versions before.
macro_rules! catalogue {
    (
        events { $($event:ident $(<- $($old_event:ident)|+)?,)* }
        commands { $($command:ident $(<- $($old_command:ident)|+)?,)* }
    ) => {
        /// Any message of today, by its name.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum AnyMessage {
            $(#[doc = concat!("The event [`", stringify!($event), "`].")] $event($event),)*
            $(#[doc = concat!("The command [`", stringify!($command), "`].")] $command($command),)*
        }

        /// Every version of every message that can be read, events first, the current version before older ones.
        pub static ALL: &[Descriptor] = &[
            $(Descriptor::event::<$event>(), $($(Descriptor::superseded::<$old_event>(),)+)?)*
            $(Descriptor::command::<$command>(), $($(Descriptor::superseded::<$old_command>(),)+)?)*
        ];

        impl AnyMessage {
            /// What is known of messages of this kind.
            pub fn descriptor(&self) -> &'static Descriptor {
                match self {
                    $(Self::$event(_) => const { &Descriptor::event::<$event>() },)*
                    $(Self::$command(_) => const { &Descriptor::command::<$command>() },)*
                }
            }

            /// The id of what it speaks of.
            pub fn subject(&self) -> String {
                match self {
                    $(Self::$event(message) => message.subject(),)*
                    $(Self::$command(message) => message.subject(),)*
                }
            }

            /// The order that it belongs to, if it belongs to one.
            pub fn order_id(&self) -> Option<OrderId> {
                match self {
                    $(Self::$event(message) => message.order_id(),)*
                    $(Self::$command(message) => message.order_id(),)*
                }
            }

            /// The step of a saga that it asks for or answers.
            pub fn saga_ref(&self) -> Option<&SagaRef> {
                match self {
                    $(Self::$event(message) => message.saga_ref(),)*
                    $(Self::$command(message) => message.saga_ref(),)*
                }
            }

            /// Reads the `data` of a message of this name and version; an older version becomes what would be written today.
            pub fn decode(name: &str, version: u32, data: &str) -> Result<Self, DecodeError> {
                match name {
                    $(<$event as Message>::NAME => match version {
                        <$event as Message>::VERSION => read::<$event>(data).map(Self::$event),
                        $($(<$old_event as Message>::VERSION => read::<$old_event>(data).map(|old| Self::$event(old.upcast())),)+)?
                        _ => Err(DecodeError::unknown_version::<$event>(version)),
                    },)*
                    $(<$command as Message>::NAME => match version {
                        <$command as Message>::VERSION => read::<$command>(data).map(Self::$command),
                        $($(<$old_command as Message>::VERSION => read::<$old_command>(data).map(|old| Self::$command(old.upcast())),)+)?
                        _ => Err(DecodeError::unknown_version::<$command>(version)),
                    },)*
                    _ => Err(DecodeError::UnknownType(name.to_owned())),
                }
            }
        }

        $(impl From<$event> for AnyMessage {
            fn from(event: $event) -> Self {
                Self::$event(event)
            }
        })*
        $(impl From<$command> for AnyMessage {
            fn from(command: $command) -> Self {
                Self::$command(command)
            }
        })*
    };
}

catalogue! {
    events {
        UserRegistered,
        UserProfileUpdated,
        PasswordChanged,
        ProductCreated,
        ProductUpdated,
        ProductPriceChanged,
        ProductDeleted,
        ProductViewed,
        StockLevelLow,
        PurchaseOrderSent,
        StockReserved,
        StockReservationFailed,
        StockReleased,
        CartItemAdded,
        CartAbandoned,
        OrderPlaced <- OrderPlacedV1,
        OrderConfirmed,
        OrderCancelled,
        OrderStatusChanged,
        PaymentInitiated,
        PaymentAuthorized,
        PaymentCompleted,
        PaymentFailed,
        RefundProcessed,
        DeliveryAssigned,
        DeliveryInProgress,
        DeliveryCompleted,
        DeliveryFailed,
        DeliveryCancelled,
        DeliveryCancelRefused,
        NotificationSent <- NotificationSentV1,
    }
    commands {
        ReserveStock,
        ReleaseStock,
        RequestPayment,
        RefundPayment,
        AssignDelivery,
        CancelDelivery,
        SendNotification <- SendNotificationV1,
    }
}

impl AnyMessage {
    /// `OrderPlaced`
    pub fn name(&self) -> &'static str {
        self.descriptor().name
    }

    /// Counted from 1.
    pub fn version(&self) -> u32 {
        self.descriptor().version
    }

    /// Where it goes.
    pub fn destination(&self) -> Destination {
        self.descriptor()
            .destination()
            .expect("a message of today is written today")
    }
}

/// The versions that are written today: one per event and command.
pub fn current() -> impl Iterator<Item = &'static Descriptor> {
    ALL.iter()
        .filter(|descriptor| !matches!(descriptor.purpose, Purpose::Superseded(_)))
}

/// What is known of the current version of the message of this name.
pub fn find(name: &str) -> Option<&'static Descriptor> {
    current().find(|descriptor| descriptor.name == name)
}

fn read<M: Message>(data: &str) -> Result<M, DecodeError> {
    serde_json::from_str(data).map_err(|_| bad_data::<M>(data))
}

/// Reads once more, slowly, to find out where it went wrong.
fn bad_data<M: Message>(data: &str) -> DecodeError {
    let (path, reason) = match read_with_path::<M>(data) {
        Ok(_) => (String::new(), "readable at second sight".to_owned()),
        Err(error) => (error.path().to_string(), error.into_inner().to_string()),
    };
    let secret = M::SECRETS.iter().any(|field| path.starts_with(field));
    DecodeError::BadData {
        id: M::ID,
        reason: if secret {
            "not readable".to_owned()
        } else {
            reason
        },
        path,
    }
}

fn read_with_path<T: DeserializeOwned>(
    data: &str,
) -> Result<T, serde_path_to_error::Error<serde_json::Error>> {
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(data))
}
