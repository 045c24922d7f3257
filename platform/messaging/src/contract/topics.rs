//! Rules about where messages go.

use std::collections::{BTreeMap, BTreeSet};

use shared_events::topology::{Filter, subscriptions};
use shared_events::{Attributes, Destination, Service, Topic};

use super::{SERVICE, Subject, command, message};
use crate::bus::QueueRef;

/// A command goes to one queue and to no other.
pub async fn a_command_reaches_only_its_queue(subject: &Subject) {
    subject.put("a command").await;
    assert_eq!(filled(subject).await, BTreeSet::from([SERVICE]));
}

/// An event goes to each queue whose filter names its type, once, and to no other: checked for every subscription there is.
pub async fn an_event_reaches_exactly_the_queues_that_asked_for_its_type(subject: &Subject) {
    for topic in Topic::ALL {
        for event in topic.events() {
            subject
                .publish(&[message(Destination::Topic(topic), event.name, "an event")])
                .await;
            let expected: BTreeSet<_> = subscriptions()
                .iter()
                .filter(|subscription| {
                    subscription.topic == topic && subscription.filter.accepts(event.name)
                })
                .map(|subscription| subscription.queue.0)
                .collect();
            for service in &expected {
                let received = subject.take(*service, 1).await;
                subject.delete(*service, &received).await;
            }
            assert_eq!(
                filled(subject).await,
                BTreeSet::new(),
                "{} went too far",
                event.name
            );
        }
    }
}

/// A type that no filter names goes to the queues without filter.
pub async fn an_event_of_an_unknown_type_reaches_only_who_asked_for_all(subject: &Subject) {
    subject
        .publish(&[message(
            Destination::Topic(Topic::Order),
            "OrderSublimated",
            "an event",
        )])
        .await;
    let expected: BTreeSet<_> = subscriptions()
        .iter()
        .filter(|subscription| {
            subscription.topic == Topic::Order && subscription.filter == Filter::All
        })
        .map(|subscription| subscription.queue.0)
        .collect();
    for service in &expected {
        subject.take(*service, 1).await;
    }
    assert!(!expected.is_empty());
    assert_eq!(filled(subject).await, expected);
}

/// Body, attributes (their order means nothing), identity and receive count.
pub async fn a_message_arrives_as_it_was_published(subject: &Subject) {
    let sent = command("{\"größe\":\"10 €\",\"line\":\"a\\nb\"}");
    let before = subject.clock.now();
    subject.publish(std::slice::from_ref(&sent)).await;
    let received = subject.take_one().await;
    assert_eq!(received.body, sent.body);
    let sorted = |attributes: &Attributes| {
        let pairs = attributes.iter();
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<BTreeMap<_, _>>()
    };
    assert_eq!(sorted(&received.attributes), sorted(&sent.attributes));
    assert_eq!(received.id, sent.id);
    assert_eq!(received.receive_count, 1);
    // A real bus has a clock of its own.
    assert!(
        (received.sent_at - before).as_secs() <= 60 && (before - received.sent_at).as_secs() <= 60
    );
}

/// The services whose main queue is not empty.
async fn filled(subject: &Subject) -> BTreeSet<Service> {
    let mut filled = BTreeSet::new();
    for service in Service::ALL {
        let depth = subject
            .bus
            .depth(QueueRef::main(service))
            .await
            .expect("the bus answers");
        if !depth.is_empty() {
            filled.insert(service);
        }
    }
    filled
}
