//! More messages than memory has room for.

use revcart_messaging::Bus;
use revcart_messaging::embedded::{EmbeddedBus, Options};
use shared_events::Service;

use super::broker::*;

#[tokio::test]
async fn a_backlog_beyond_the_budget_comes_whole_and_in_order() {
    let clock = manual_clock();
    let options = Options {
        bodies_per_queue: 100_000,
        ..Options::temporary()
    };
    let bus: Bus = EmbeddedBus::open(options, clock).await.unwrap().into();
    for hundred in 0..100 {
        let messages: Vec<_> = (0..100)
            .map(|number| event(&format!("{:05}{}", hundred * 100 + number, "x".repeat(500))))
            .collect();
        publish(&bus, &messages).await;
    }
    for service in [Service::Product, Service::Analytics] {
        let mut next = 0;
        while next < 10_000 {
            let received = receive(&bus, service, 64).await;
            assert!(!received.is_empty(), "{service} ends at {next}");
            for message in &received {
                assert_eq!(message.body[..5].parse(), Ok(next));
                next += 1;
            }
            delete(&bus, service, &received).await;
        }
        assert!(bus.depth(service).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn messages_that_come_while_the_backlog_is_worked_off_queue_behind_it() {
    let clock = manual_clock();
    let options = Options {
        bodies_per_queue: 10_000,
        ..Options::temporary()
    };
    let bus: Bus = EmbeddedBus::open(options, clock).await.unwrap().into();
    let mut sent = Vec::new();
    let mut received = Vec::new();
    for round in 0..50 {
        let messages: Vec<_> = (0..40)
            .map(|number| command(&format!("{round} {number}")))
            .collect();
        publish(&bus, &messages).await;
        sent.extend(messages.into_iter().map(|message| message.id));
        let some = receive(&bus, SERVICE, 25).await;
        delete(&bus, SERVICE, &some).await;
        received.extend(some.into_iter().map(|message| message.id));
    }
    loop {
        let some = receive(&bus, SERVICE, 100).await;
        if some.is_empty() {
            break;
        }
        received.extend(some.into_iter().map(|message| message.id));
    }
    assert_eq!(received, sent);
}
