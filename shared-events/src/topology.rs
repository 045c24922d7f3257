//! Topology: which topics and queues there are, who publishes what and who consumes it.
//!
//! Declared here and nowhere else. Events and commands say themselves where they go ([`crate::message`]); who listens is the
//! table in [`reactions`]; all else (subscriptions with their filters, publishers, senders, pictures, Terraform's variables,
//! the AsyncAPI document) is derived.

pub mod mermaid;
pub mod reactions;
pub mod terraform;

mod service;

use std::{fmt, str::FromStr, sync::LazyLock, time::Duration};

pub use reactions::{REACTIONS, Reaction};
pub use service::{Service, UnknownService};

use crate::{
    Domain,
    catalogue::{self, Descriptor, Purpose},
    messages::UnknownWord,
};

/// How often a message is received before it becomes a dead letter.
pub const MAX_RECEIVE_COUNT: u32 = 5;

/// How long a dead letter is kept.
pub const DEAD_LETTER_RETENTION: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Where events are published: one topic per domain, owned by the service of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// `revcart-user-events`
    User,
    /// `revcart-product-events`
    Product,
    /// `revcart-cart-events`
    Cart,
    /// `revcart-order-events`
    Order,
    /// `revcart-payment-events`
    Payment,
    /// `revcart-delivery-events`
    Delivery,
    /// `revcart-notification-events`
    Notification,
}

impl Topic {
    /// All seven.
    pub const ALL: [Self; 7] = [
        Self::User,
        Self::Product,
        Self::Cart,
        Self::Order,
        Self::Payment,
        Self::Delivery,
        Self::Notification,
    ];

    /// Its name at the broker.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "revcart-user-events",
            Self::Product => "revcart-product-events",
            Self::Cart => "revcart-cart-events",
            Self::Order => "revcart-order-events",
            Self::Payment => "revcart-payment-events",
            Self::Delivery => "revcart-delivery-events",
            Self::Notification => "revcart-notification-events",
        }
    }

    /// What its events speak of.
    pub const fn domain(self) -> Domain {
        match self {
            Self::User => Domain::User,
            Self::Product => Domain::Product,
            Self::Cart => Domain::Cart,
            Self::Order => Domain::Order,
            Self::Payment => Domain::Payment,
            Self::Delivery => Domain::Delivery,
            Self::Notification => Domain::Notification,
        }
    }

    /// The one service that publishes to it.
    pub const fn publisher(self) -> Service {
        match self {
            Self::User => Service::User,
            Self::Product => Service::Product,
            Self::Cart => Service::Cart,
            Self::Order => Service::Order,
            Self::Payment => Service::Payment,
            Self::Delivery => Service::Delivery,
            Self::Notification => Service::Notification,
        }
    }

    /// The events that are published to it.
    pub fn events(self) -> impl Iterator<Item = &'static Descriptor> {
        catalogue::current().filter(move |descriptor| descriptor.purpose == Purpose::Event(self))
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Topic {
    type Err = UnknownWord;

    fn from_str(name: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|topic| topic.name() == name)
            .ok_or_else(|| UnknownWord::new("topic", name))
    }
}

/// The queue of a service: the only way in which messages reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Queue(pub Service);

impl Queue {
    /// How often a message is received before it becomes a dead letter.
    pub const MAX_RECEIVE_COUNT: u32 = MAX_RECEIVE_COUNT;

    /// Its name at the broker: `order-service-queue`.
    pub const fn name(self) -> &'static str {
        self.0.queue_name()
    }

    /// Where its dead letters lie: `order-service-dlq`.
    pub const fn dead_letter_name(self) -> &'static str {
        self.0.dead_letter_name()
    }

    /// The commands that are sent to it.
    pub fn commands(self) -> impl Iterator<Item = &'static Descriptor> {
        catalogue::current()
            .filter(move |descriptor| descriptor.destination() == Some(Destination::Queue(self.0)))
    }
}

impl fmt::Display for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Where a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// An event, to all who listen.
    Topic(Topic),
    /// A command, to this service.
    Queue(Service),
}

impl Destination {
    /// The name of the topic or queue at the broker; what databases keep.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Topic(topic) => topic.name(),
            Self::Queue(service) => service.queue_name(),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Destination {
    type Err = UnknownWord;

    fn from_str(name: &str) -> Result<Self, UnknownWord> {
        let queue = Service::ALL
            .into_iter()
            .find(|service| service.queue_name() == name);
        match queue {
            Some(service) => Ok(Self::Queue(service)),
            None => name.parse().map(Self::Topic),
        }
    }
}

/// A queue listens to a topic. The broker hands on the bare message (raw message delivery).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// To what.
    pub topic: Topic,
    /// Who.
    pub queue: Queue,
    /// And hears of it what.
    pub filter: Filter,
}

/// Which events of a topic a queue receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// All, known or not: for the event log.
    All,
    /// Those with these names (filter policy on `event_type`), exactly what the service handles.
    Types(Vec<&'static str>),
}

impl Filter {
    /// Whether an event of this name gets through.
    pub fn accepts(&self, event_type: &str) -> bool {
        match self {
            Self::All => true,
            Self::Types(names) => names.contains(&event_type),
        }
    }
}

/// All subscriptions, by topic, then by service.
pub fn subscriptions() -> &'static [Subscription] {
    static SUBSCRIPTIONS: LazyLock<Vec<Subscription>> = LazyLock::new(|| {
        Topic::ALL
            .into_iter()
            .flat_map(|topic| Service::ALL.map(|service| (topic, service)))
            .filter_map(|(topic, service)| subscription(topic, service))
            .collect()
    });
    &SUBSCRIPTIONS
}

fn subscription(topic: Topic, service: Service) -> Option<Subscription> {
    let types: Vec<_> = topic
        .events()
        .map(|event| event.name)
        .filter(|name| REACTIONS.iter().any(|reaction| reaction.is(service, name)))
        .collect();
    let filter = if service == reactions::EVENT_LOG {
        Filter::All
    } else if types.is_empty() {
        return None;
    } else {
        Filter::Types(types)
    };
    Some(Subscription {
        topic,
        queue: Queue(service),
        filter,
    })
}

/// Who may publish to which topic.
pub fn publishers() -> impl Iterator<Item = (Service, Topic)> {
    Topic::ALL
        .into_iter()
        .map(|topic| (topic.publisher(), topic))
}

/// Who may send which command to which queue.
pub fn senders() -> impl Iterator<Item = (Service, &'static Descriptor, Queue)> {
    reactions::SENDERS.iter().filter_map(|(sender, name)| {
        let descriptor = catalogue::find(name)?;
        match descriptor.purpose {
            Purpose::Command(queue, _) => Some((*sender, descriptor, queue)),
            Purpose::Event(_) | Purpose::Superseded(_) => None,
        }
    })
}

/// The services that receive an event or a command of this name.
pub fn consumers(name: &str) -> impl Iterator<Item = Service> {
    let descriptor = catalogue::find(name);
    Service::ALL.into_iter().filter(move |service| {
        descriptor.is_some_and(|descriptor| match descriptor.purpose {
            Purpose::Event(topic) => subscriptions().iter().any(|subscription| {
                subscription.topic == topic
                    && subscription.queue.0 == *service
                    && subscription.filter.accepts(descriptor.name)
            }),
            Purpose::Command(queue, _) => queue.0 == *service,
            Purpose::Superseded(_) => false,
        })
    })
}

/// Everything that may lie in the queue of a service: its commands and the events it listens to.
pub fn received_by(service: Service) -> impl Iterator<Item = &'static Descriptor> {
    catalogue::current()
        .filter(move |descriptor| consumers(descriptor.name).any(|consumer| consumer == service))
}

#[cfg(test)]
mod tests;
