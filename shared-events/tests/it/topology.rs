//! Who hears what: the agreed table once more by hand, against what the declarations make of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use shared_events::{
    Queue, Service, Topic, catalogue,
    catalogue::Purpose,
    topology::{self, Filter, REACTIONS, mermaid, terraform},
};

/// Event, version, topic, and the consumers that do something with it; an analytics that only keeps it is not named.
const AGREED_EVENTS: &str = "
    UserRegistered v1 user: notification analytics
    UserProfileUpdated v1 user: notification
    PasswordChanged v1 user: notification
    ProductCreated v1 product: analytics
    ProductUpdated v1 product: analytics
    ProductPriceChanged v1 product: cart
    ProductDeleted v1 product: cart analytics
    ProductViewed v1 product: analytics
    StockLevelLow v1 product: notification product analytics
    PurchaseOrderSent v1 product: notification
    StockReserved v1 product: order
    StockReservationFailed v1 product: order
    StockReleased v1 product: order
    CartItemAdded v1 cart: analytics
    CartAbandoned v1 cart: analytics notification
    OrderPlaced v2 order: cart notification analytics
    OrderConfirmed v1 order: product cart notification analytics
    OrderCancelled v1 order: cart notification analytics
    OrderStatusChanged v1 order: notification analytics
    PaymentInitiated v1 payment: notification analytics
    PaymentAuthorized v1 payment: order analytics
    PaymentCompleted v1 payment: order notification analytics
    PaymentFailed v1 payment: order notification analytics
    RefundProcessed v1 payment: order notification analytics
    DeliveryAssigned v1 delivery: order notification analytics
    DeliveryInProgress v1 delivery: order notification
    DeliveryCompleted v1 delivery: order payment notification analytics
    DeliveryFailed v1 delivery: order notification
    DeliveryCancelled v1 delivery: order
    DeliveryCancelRefused v1 delivery: order
    NotificationSent v2 notification: user analytics";

const AGREED_COMMANDS: &str = "
    ReserveStock product-service-queue: StockReserved StockReservationFailed
    ReleaseStock product-service-queue: StockReleased
    RequestPayment payment-service-queue: PaymentInitiated PaymentAuthorized PaymentCompleted PaymentFailed
    RefundPayment payment-service-queue: RefundProcessed
    AssignDelivery delivery-service-queue: DeliveryAssigned DeliveryFailed
    CancelDelivery delivery-service-queue: DeliveryCancelled DeliveryCancelRefused
    SendNotification notification-service-queue: NotificationSent";

/// Lines of `subject: words`, as a map.
fn table(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (subject, words) = line.split_once(": ").expect("subject: words");
            (
                subject.to_owned(),
                words.split(' ').map(str::to_owned).collect(),
            )
        })
        .collect()
}

#[test]
fn events_and_their_consumers_are_as_agreed() {
    let declared: BTreeMap<_, _> = catalogue::current()
        .filter_map(|descriptor| {
            let Purpose::Event(topic) = descriptor.purpose else {
                return None;
            };
            let consumers = REACTIONS
                .iter()
                .filter(|reaction| reaction.event == descriptor.name)
                .map(|reaction| reaction.service.short().to_owned())
                .collect();
            let subject = format!(
                "{} v{} {}",
                descriptor.name,
                descriptor.version,
                topic.domain().name()
            );
            Some((subject, consumers))
        })
        .collect();
    assert_eq!(declared, table(AGREED_EVENTS));
}

#[test]
fn commands_and_their_replies_are_as_agreed() {
    let declared: BTreeMap<_, _> = catalogue::current()
        .filter_map(|descriptor| {
            let Purpose::Command(queue, replies) = descriptor.purpose else {
                return None;
            };
            let replies = replies.iter().map(|reply| (*reply).to_owned()).collect();
            Some((format!("{} {queue}", descriptor.name), replies))
        })
        .collect();
    assert_eq!(declared, table(AGREED_COMMANDS));
}

#[test]
fn every_event_has_a_consumer_that_does_something_with_it() {
    for topic in Topic::ALL {
        for event in topic.events() {
            assert!(
                REACTIONS
                    .iter()
                    .any(|reaction| reaction.event == event.name),
                "{}",
                event.name
            );
        }
    }
}

#[test]
fn a_filter_lets_through_exactly_what_the_service_reacts_to() {
    for subscription in topology::subscriptions() {
        let Filter::Types(names) = &subscription.filter else {
            continue;
        };
        let service = subscription.queue.0;
        let expected: Vec<_> = subscription
            .topic
            .events()
            .map(|event| event.name)
            .filter(|name| REACTIONS.iter().any(|reaction| reaction.is(service, name)))
            .collect();
        assert_eq!(*names, expected, "{} to {service}", subscription.topic);
        assert!(!names.is_empty());
    }
}

#[test]
fn only_the_event_log_hears_everything_and_it_does_so_on_all_seven_topics() {
    let unfiltered: Vec<_> = topology::subscriptions()
        .iter()
        .filter(|subscription| subscription.filter == Filter::All)
        .map(|subscription| (subscription.topic, subscription.queue))
        .collect();
    assert_eq!(
        unfiltered,
        Topic::ALL.map(|topic| (topic, Queue(Service::Analytics)))
    );
    for subscription in topology::subscriptions() {
        let through = subscription.filter.accepts("NeverHeardOf");
        assert_eq!(through, subscription.queue.0 == Service::Analytics);
    }
}

#[test]
fn replies_reach_the_one_who_asked() {
    for (sender, command, _) in topology::senders() {
        let Purpose::Command(_, replies) = command.purpose else {
            unreachable!("senders send commands")
        };
        // A receipt of a payment being opened or a mail being sent is no answer that anybody waits for.
        for reply in replies.iter().filter(|reply| **reply != "PaymentInitiated") {
            assert!(
                topology::consumers(reply).any(|service| service == sender),
                "{reply} does not reach {sender}"
            );
        }
    }
}

#[test]
fn every_command_has_exactly_one_sender() {
    for descriptor in catalogue::current() {
        let expected = usize::from(matches!(descriptor.purpose, Purpose::Command(..)));
        let senders = topology::senders().filter(|(_, command, _)| command.name == descriptor.name);
        assert_eq!(senders.count(), expected, "{}", descriptor.name);
    }
}

#[test]
fn the_picture_shows_every_service_topic_and_command() {
    let chart = mermaid::flowchart();
    for name in Service::ALL
        .map(Service::short)
        .into_iter()
        .chain(Topic::ALL.map(Topic::name))
    {
        assert!(chart.contains(name), "{name}");
    }
    for (_, command, _) in topology::senders() {
        assert!(chart.contains(command.name), "{}", command.name);
    }
    assert_eq!(mermaid::consumer_table().lines().count(), 2 + 31);
}

#[test]
fn terraform_gets_every_queue_with_its_dead_letters_and_every_subscription_with_its_filter() {
    let variables: Value = serde_json::from_str(&terraform::tfvars_json()).unwrap();
    assert_eq!(variables["topics"].as_array().map(Vec::len), Some(7));
    assert_eq!(
        variables["queues"].as_object().map(serde_json::Map::len),
        Some(8)
    );
    let queue = &variables["queues"]["order-service-queue"];
    assert_eq!(queue["dead_letter_queue"], "order-service-dlq");
    assert_eq!(queue["max_receive_count"], 5);
    assert_eq!(queue["dead_letter_retention_seconds"], 14 * 24 * 3600);
    let subscriptions = &variables["subscriptions"];
    assert_eq!(
        subscriptions.as_object().map(serde_json::Map::len),
        Some(topology::subscriptions().len())
    );
    let cart = &subscriptions["revcart-product-events--cart-service-queue"];
    assert_eq!(
        cart["filter_policy"]["event_type"],
        serde_json::json!(["ProductPriceChanged", "ProductDeleted"])
    );
    assert_eq!(
        subscriptions["revcart-user-events--analytics-service-queue"]["filter_policy"],
        Value::Null
    );
    assert_eq!(
        variables["senders"]["user-service"],
        serde_json::json!(["notification-service-queue"])
    );
    assert_eq!(variables["publishers"].get("analytics-service"), None);
}
