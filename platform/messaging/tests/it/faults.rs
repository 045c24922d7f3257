//! Misbehaviour on purpose.

use std::collections::BTreeMap;
use std::time::Duration;

use revcart_messaging::Bus;
use revcart_messaging::embedded::{EmbeddedBus, Faults, Options};
use shared_events::MessageId;

use super::broker::*;

/// How often each of a hundred messages is delivered, although every delivery is deleted, and how many rounds it takes.
async fn deliveries(faults: Faults) -> (BTreeMap<MessageId, u32>, usize) {
    let clock = manual_clock();
    let options = Options {
        faults,
        ..Options::temporary()
    };
    let bus: Bus = EmbeddedBus::open(options, clock.clone())
        .await
        .unwrap()
        .into();
    let messages: Vec<_> = (0..100)
        .map(|number| command(&number.to_string()))
        .collect();
    publish(&bus, &messages).await;
    let mut counts: BTreeMap<_, u32> = messages.iter().map(|message| (message.id, 0)).collect();
    let mut rounds = 0;
    while !bus.depth(SERVICE).await.unwrap().is_empty() {
        let received = receive(&bus, SERVICE, 100).await;
        received
            .iter()
            .for_each(|message| *counts.get_mut(&message.id).unwrap() += 1);
        delete(&bus, SERVICE, &received).await;
        clock.advance(Duration::from_millis(100));
        rounds += 1;
    }
    (counts, rounds)
}

#[tokio::test]
async fn without_faults_every_message_comes_once_and_at_once() {
    let (counts, rounds) = deliveries(Faults::default()).await;
    assert!(counts.values().all(|count| *count == 1));
    assert_eq!(rounds, 1);
}

#[tokio::test]
async fn duplicated_messages_come_twice_and_the_others_once() {
    let (counts, _) = deliveries(Faults {
        duplicate: 0.3,
        ..Faults::default()
    })
    .await;
    let twice = counts.values().filter(|count| **count == 2).count();
    assert!(
        counts.values().all(|count| (1..=2).contains(count)),
        "{counts:?}"
    );
    assert!((10..60).contains(&twice), "{twice}");
}

#[tokio::test]
async fn delayed_messages_come_within_the_given_time() {
    let max_delay = Duration::from_secs(1);
    let (counts, rounds) = deliveries(Faults {
        delay: 0.5,
        max_delay,
        ..Faults::default()
    })
    .await;
    assert!(counts.values().all(|count| *count == 1));
    assert!((2..=11).contains(&rounds), "{rounds}");
}
