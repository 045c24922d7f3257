//! What the tests of the embedded broker share.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use revcart_messaging::embedded::{EmbeddedBus, Options};
use revcart_messaging::{Bus, OutgoingMessage, QueueRef, ReceiveOptions, Received};
use revcart_runtime::Clock;
use shared_events::{Attributes, Destination, MessageId, Service, Timestamp, Topic, attributes};

pub(crate) const SERVICE: Service = Service::Payment;
pub(crate) const DEAD_LETTERS: QueueRef = QueueRef::dead_letters(SERVICE);
pub(crate) const VISIBILITY: Duration = Duration::from_secs(30);

pub(crate) fn manual_clock() -> Clock {
    Clock::manual(Timestamp::from_micros(1_800_000_000_000_000))
}

pub(crate) async fn open(path: &Path, clock: &Clock) -> Bus {
    let options = Options::file(path);
    EmbeddedBus::open(options, clock.clone())
        .await
        .unwrap()
        .into()
}

pub(crate) fn command(body: &str) -> OutgoingMessage {
    OutgoingMessage {
        id: MessageId::new(),
        destination: Destination::Queue(SERVICE),
        body: body.into(),
        attributes: Attributes::new().with(attributes::EVENT_TYPE, "RequestPayment"),
    }
}

/// An event that several queues get.
pub(crate) fn event(body: &str) -> OutgoingMessage {
    OutgoingMessage {
        id: MessageId::new(),
        destination: Destination::Topic(Topic::Order),
        body: body.into(),
        attributes: Attributes::new().with(attributes::EVENT_TYPE, "OrderConfirmed"),
    }
}

pub(crate) async fn publish(bus: &Bus, messages: &[OutgoingMessage]) {
    let outcomes = bus.publish(messages).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
}

pub(crate) async fn receive(bus: &Bus, queue: impl Into<QueueRef>, max: usize) -> Vec<Received> {
    let options = ReceiveOptions {
        max,
        wait: Duration::ZERO,
        visibility: VISIBILITY,
    };
    bus.receive(queue, options).await.unwrap()
}

/// Receives and deletes until nothing is left; the identities, without repetition.
pub(crate) async fn drain(bus: &Bus, queue: impl Into<QueueRef>) -> BTreeSet<MessageId> {
    let queue = queue.into();
    let mut ids = BTreeSet::new();
    loop {
        let received = receive(bus, queue, 500).await;
        if received.is_empty() {
            return ids;
        }
        ids.extend(received.iter().map(|message| message.id));
        delete(bus, queue, &received).await;
    }
}

pub(crate) async fn delete(bus: &Bus, queue: impl Into<QueueRef>, received: &[Received]) {
    let receipts: Vec<_> = received
        .iter()
        .map(|message| message.receipt.clone())
        .collect();
    let settled = bus.delete(queue, &receipts).await.unwrap();
    assert!(settled.iter().all(Result::is_ok));
}
