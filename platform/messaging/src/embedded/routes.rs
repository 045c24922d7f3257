//! Where a message goes: what the topology declares, as sets of queues.

use std::collections::HashMap;

use shared_events::topology::{self, Filter};
use shared_events::{Attributes, Destination, Service, Topic, attributes};

use crate::bus::{QueueKind, QueueRef};

/// How many queues there are: two of each service.
pub(super) const QUEUES: usize = 2 * Service::ALL.len();

/// The number of a queue: its place in the broker's tables. The dead letters stand after their main queue.
pub(super) fn number(queue: QueueRef) -> usize {
    let service = Service::ALL
        .iter()
        .position(|service| *service == queue.service)
        .expect("ALL names every service");
    2 * service + usize::from(queue.kind == QueueKind::DeadLetter)
}

/// A set of queues, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct QueueSet(u32);

impl QueueSet {
    pub(super) fn one(number: usize) -> Self {
        Self(1 << number)
    }

    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn contains(self, number: usize) -> bool {
        self.0 & (1 << number) != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        (0..QUEUES).filter(move |number| self.contains(*number))
    }
}

/// Which queues hear of what.
#[derive(Debug)]
pub(super) struct Routes {
    topics: HashMap<Topic, Subscribers>,
    queues: HashMap<Service, QueueSet>,
}

#[derive(Debug, Default)]
struct Subscribers {
    to_all: QueueSet,
    by_type: HashMap<&'static str, QueueSet>,
}

impl Routes {
    /// The topology of `shared-events`.
    pub(super) fn declared() -> Self {
        let mut topics: HashMap<Topic, Subscribers> = HashMap::new();
        for subscription in topology::subscriptions() {
            let queue = QueueSet::one(number(subscription.queue.into()));
            let subscribers = topics.entry(subscription.topic).or_default();
            match &subscription.filter {
                Filter::All => subscribers.to_all = subscribers.to_all.union(queue),
                Filter::Types(types) => {
                    for name in types {
                        let set = subscribers.by_type.entry(name).or_default();
                        *set = set.union(queue);
                    }
                }
            }
        }
        let queues = Service::ALL
            .iter()
            .map(|service| (*service, QueueSet::one(number((*service).into()))))
            .collect();
        Self { topics, queues }
    }

    /// The queues that a message for `destination` goes to.
    pub(super) fn of(&self, destination: Destination, attributes: &Attributes) -> QueueSet {
        match destination {
            Destination::Queue(service) => self.queues[&service],
            Destination::Topic(topic) => {
                let Some(subscribers) = self.topics.get(&topic) else {
                    return QueueSet::default();
                };
                let filtered = attributes
                    .get(attributes::EVENT_TYPE)
                    .and_then(|name| subscribers.by_type.get(name));
                subscribers
                    .to_all
                    .union(filtered.copied().unwrap_or_default())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_queue_has_a_number_of_its_own() {
        let numbers: Vec<_> = QueueRef::all().map(number).collect();
        assert_eq!(numbers, (0..QUEUES).collect::<Vec<_>>());
    }

    #[test]
    fn a_message_goes_to_those_who_asked_for_its_type_and_to_those_who_asked_for_all() {
        let routes = Routes::declared();
        let mut attributes = Attributes::default();
        attributes.set(attributes::EVENT_TYPE, "OrderConfirmed");
        let set = routes.of(Destination::Topic(Topic::Order), &attributes);
        let queues: Vec<_> = QueueRef::all()
            .filter(|queue| set.contains(number(*queue)))
            .map(|queue| queue.service)
            .collect();
        assert!(queues.contains(&Service::Product), "{queues:?}");
        assert!(queues.contains(&Service::Analytics), "{queues:?}");
        assert!(!queues.contains(&Service::User), "{queues:?}");
    }

    #[test]
    fn a_message_without_a_type_reaches_only_those_who_asked_for_all() {
        let set = Routes::declared().of(Destination::Topic(Topic::Order), &Attributes::default());
        let analytics = QueueSet::one(number(QueueRef::main(Service::Analytics)));
        assert_eq!(set, analytics);
    }
}
