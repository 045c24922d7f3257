//! What all messages have in common, and the macros by which each declares its own part.

use std::fmt::Debug;

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::{OrderId, Queue, SagaRef, Topic};

/// What a message speaks of; the second word of its type on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Domain {
    /// People with a login.
    User,
    /// The catalogue and the stock.
    Product,
    /// What shoppers want.
    Cart,
    /// What they ordered.
    Order,
    /// Their money.
    Payment,
    /// How it gets to them.
    Delivery,
    /// What they are told.
    Notification,
}

impl Domain {
    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => domain_name!(User),
            Self::Product => domain_name!(Product),
            Self::Cart => domain_name!(Cart),
            Self::Order => domain_name!(Order),
            Self::Payment => domain_name!(Payment),
            Self::Delivery => domain_name!(Delivery),
            Self::Notification => domain_name!(Notification),
        }
    }
}

/// A struct that travels in an envelope.
pub trait Message:
    Serialize + DeserializeOwned + JsonSchema + Clone + Debug + PartialEq + Send + Sync + 'static
{
    /// Its name without version: `OrderPlaced`.
    const NAME: &'static str;
    /// Its version, counted from 1.
    const VERSION: u32;
    /// What it speaks of.
    const DOMAIN: Domain;
    /// Name and version within the project: `order.OrderPlaced.v2`.
    const ID: &'static str;
    /// Its `type` in the envelope: `com.revcart.order.OrderPlaced.v2`.
    const TYPE: &'static str;
    /// Its `dataschema` in the envelope: `urn:revcart:schema:order.OrderPlaced.v2`.
    const SCHEMA: &'static str;
    /// Fields (as on the wire) that nobody but the receiver may see.
    const SECRETS: &'static [&'static str] = &[];

    /// The id of what it speaks of.
    fn subject(&self) -> String;

    /// The order that it belongs to, if it belongs to one.
    fn order_id(&self) -> Option<OrderId> {
        None
    }

    /// The step of a saga that it asks for or answers.
    fn saga_ref(&self) -> Option<&SagaRef> {
        None
    }
}

/// A fact: published to a topic, for anyone who listens.
pub trait Event: Message {
    /// Where it is published.
    const TOPIC: Topic;
}

/// An order to one service: sent straight to its queue.
pub trait Command: Message {
    /// Whose queue.
    const QUEUE: Queue;
    /// Names of the events that answer it.
    const REPLIES: &'static [&'static str];
}

/// An older version of a message. It is read for ever and written no more.
pub trait Superseded: Message {
    /// The version that is written today.
    type Current: Message;

    /// The same message as it would be written today. Pure: knows nothing but the message.
    fn upcast(self) -> Self::Current;
}

macro_rules! domain_name {
    (User) => {
        "user"
    };
    (Product) => {
        "product"
    };
    (Cart) => {
        "cart"
    };
    (Order) => {
        "order"
    };
    (Payment) => {
        "payment"
    };
    (Delivery) => {
        "delivery"
    };
    (Notification) => {
        "notification"
    };
}
pub(crate) use domain_name;

macro_rules! version_number {
    (v1) => {
        1
    };
    (v2) => {
        2
    };
    (v3) => {
        3
    };
}

/// `message!(Struct is domain.Name.version { … })`: the part that events, commands and superseded versions share.
macro_rules! message {
    ($struct:ident is $domain:ident.$name:ident.$version:ident {
        subject: $subject:ident
        $(, order: $order:ident)?
        $(, saga: $saga:ident)?
        $(, reply: $reply:ident)?
        $(, secrets: [$($secret:literal),*])?
    }) => {
        impl $crate::Message for $struct {
            const NAME: &'static str = stringify!($name);
            const VERSION: u32 = $crate::message::version_number!($version);
            const DOMAIN: $crate::Domain = $crate::Domain::$domain;
            const ID: &'static str = concat!($crate::message::domain_name!($domain), ".", stringify!($name), ".", stringify!($version));
            const TYPE: &'static str = concat!("com.revcart.", $crate::message::domain_name!($domain), ".", stringify!($name), ".", stringify!($version));
            const SCHEMA: &'static str = concat!("urn:revcart:schema:", $crate::message::domain_name!($domain), ".", stringify!($name), ".", stringify!($version));
            $(const SECRETS: &'static [&'static str] = &[$($secret),*];)?

            fn subject(&self) -> String {
                self.$subject.to_string()
            }
            $(
                fn order_id(&self) -> Option<$crate::OrderId> {
                    Some(self.$order)
                }
            )?
            $(
                fn saga_ref(&self) -> Option<&$crate::SagaRef> {
                    Some(&self.$saga)
                }
            )?
            $(
                fn saga_ref(&self) -> Option<&$crate::SagaRef> {
                    self.$reply.as_ref()
                }
            )?
        }
    };
}

/// `event!(Domain version Struct { subject: field, order: field?, reply: field? })`.
macro_rules! event {
    ($domain:ident $version:ident $name:ident { $($parts:tt)* }) => {
        $crate::message::message!($name is $domain.$name.$version { $($parts)* });

        impl $crate::Event for $name {
            const TOPIC: $crate::Topic = $crate::Topic::$domain;
        }
    };
}

/// `command!(Service version Struct { subject: field, order: field?, saga: field?, secrets: ["field"]?, replies: [Event] })`.
macro_rules! command {
    ($domain:ident $version:ident $name:ident {
        subject: $subject:ident
        $(, order: $order:ident)?
        $(, saga: $saga:ident)?
        $(, secrets: [$($secret:literal),*])?,
        replies: [$($answer:ident),*]
    }) => {
        $crate::message::message!($name is $domain.$name.$version {
            subject: $subject $(, order: $order)? $(, saga: $saga)? $(, secrets: [$($secret),*])?
        });

        impl $crate::Command for $name {
            const QUEUE: $crate::Queue = $crate::Queue($crate::Service::$domain);
            const REPLIES: &'static [&'static str] = &[$(<$answer as $crate::Message>::NAME),*];
        }
    };
}

/// `superseded!(Domain version Struct is CurrentStruct { … })`: an older version of the message `CurrentStruct`.
macro_rules! superseded {
    ($domain:ident $version:ident $struct:ident is $name:ident { $($parts:tt)* }) => {
        $crate::message::message!($struct is $domain.$name.$version { $($parts)* });
    };
}

pub(crate) use {command, event, message, superseded, version_number};
