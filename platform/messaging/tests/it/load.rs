//! Many hands at once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use revcart_messaging::embedded::{EmbeddedBus, Faults, Options};
use revcart_messaging::{Bus, ReceiveOptions};
use revcart_runtime::{Clock, Shutdown, Tasks};
use shared_events::{MessageId, Service};

use super::broker::*;

const PUBLISHERS: usize = 4;
const MESSAGES: usize = 10_000;

/// Consumers that give back a third of what they get, a broker that repeats and delays, and little memory.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_message_reaches_every_subscriber_under_load() {
    let options = Options {
        bodies_per_queue: 50_000,
        faults: Faults {
            duplicate: 0.05,
            delay: 0.05,
            max_delay: Duration::from_millis(50),
            seed: 7,
        },
        ..Options::temporary()
    };
    let bus: Bus = EmbeddedBus::open(options, Clock::system())
        .await
        .unwrap()
        .into();
    let tasks = Tasks::new(Shutdown::new());
    let published = Arc::new(Mutex::new(BTreeSet::new()));
    for _ in 0..PUBLISHERS {
        let (bus, published) = (bus.clone(), Arc::clone(&published));
        tasks.spawn("publisher", async move {
            for _ in 0..MESSAGES / PUBLISHERS / 25 {
                let messages: Vec<_> = (0..25).map(|number| event(&number.to_string())).collect();
                publish(&bus, &messages).await;
                published
                    .lock()
                    .unwrap()
                    .extend(messages.iter().map(|message| message.id));
            }
        });
    }
    let services = [Service::Product, Service::Analytics, Service::Notification];
    let handled = services.map(|service| consumers(&tasks, &bus, service));
    let (a, b, c) = tokio::join!(all(&handled[0]), all(&handled[1]), all(&handled[2]));
    let published = std::mem::take(&mut *published.lock().unwrap());
    assert_eq!(published.len(), MESSAGES);
    for handled in [a, b, c] {
        assert!(
            handled == published,
            "{} messages were handled",
            handled.len()
        );
    }
    bus.close().await;
    assert!(tasks.drain(Duration::from_secs(10)).await.is_empty());
}

type Handled = tokio::sync::watch::Sender<BTreeSet<MessageId>>;

/// Three consumers of one queue; they end when the bus is closed.
fn consumers(tasks: &Tasks, bus: &Bus, service: Service) -> Arc<Handled> {
    let handled = Arc::new(Handled::new(BTreeSet::new()));
    for _ in 0..3 {
        let (bus, handled) = (bus.clone(), Arc::clone(&handled));
        tasks.spawn("consumer", async move {
            let options = ReceiveOptions {
                max: 30,
                wait: Duration::from_secs(1),
                visibility: VISIBILITY,
            };
            while let Ok(received) = bus.receive(service, options).await {
                let (back, done) = received.split_at(received.len() / 3);
                let back: Vec<_> = back
                    .iter()
                    .filter(|message| message.receive_count < 4)
                    .collect();
                let changes: Vec<_> = back
                    .iter()
                    .map(|message| (message.receipt.clone(), Duration::ZERO))
                    .collect();
                let _ = bus.change_visibility(service, &changes).await;
                let kept = received.iter().filter(|message| {
                    done.iter().any(|done| done.receipt == message.receipt)
                        || message.receive_count >= 4
                });
                let kept: Vec<_> = kept.collect();
                let receipts: Vec<_> = kept.iter().map(|message| message.receipt.clone()).collect();
                let _ = bus.delete(service, &receipts).await;
                handled
                    .send_modify(|handled| handled.extend(kept.iter().map(|message| message.id)));
            }
        });
    }
    handled
}

async fn all(handled: &Handled) -> BTreeSet<MessageId> {
    let mut watched = handled.subscribe();
    let enough = watched.wait_for(|handled| handled.len() >= MESSAGES);
    tokio::time::timeout(Duration::from_secs(60), enough)
        .await
        .unwrap()
        .unwrap()
        .clone()
}
