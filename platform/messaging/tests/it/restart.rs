//! What a broker finds when it is opened again.

use std::time::Duration;

use revcart_runtime::Clock;
use shared_events::topology::MAX_RECEIVE_COUNT;
use shared_events::{Attributes, Service, attributes};

use super::broker::*;

#[tokio::test]
async fn everything_that_was_not_deleted_is_visible_again() {
    let (home, clock) = (tempfile::tempdir().unwrap(), manual_clock());
    let path = home.path().join("broker.db");
    let bus = open(&path, &clock).await;
    publish(&bus, &["deleted", "in hand", "untouched"].map(command)).await;
    let received = receive(&bus, SERVICE, 2).await;
    delete(&bus, SERVICE, &received[..1]).await;
    bus.close().await;

    let bus = open(&path, &clock).await;
    let mut bodies: Vec<_> = receive(&bus, SERVICE, 10)
        .await
        .into_iter()
        .map(|message| (message.body, message.receive_count))
        .collect();
    bodies.sort();
    assert_eq!(bodies, [("in hand".into(), 2), ("untouched".into(), 1)]);
}

#[tokio::test]
async fn body_attributes_identity_and_time_are_kept() {
    let (home, clock) = (tempfile::tempdir().unwrap(), manual_clock());
    let path = home.path().join("broker.db");
    let bus = open(&path, &clock).await;
    let sent_at = clock.now();
    let sent = event("{\"größe\": 1}");
    publish(&bus, std::slice::from_ref(&sent)).await;
    drop(bus);
    clock.advance(Duration::from_secs(3600));

    let bus = open(&path, &clock).await;
    for service in [Service::Product, Service::Analytics] {
        let received = receive(&bus, service, 10).await.remove(0);
        assert_eq!(
            (received.id, &received.body, &*received.attributes),
            (sent.id, &sent.body, &sent.attributes)
        );
        assert_eq!((received.sent_at, received.receive_count), (sent_at, 1));
    }
}

#[tokio::test]
async fn a_delay_goes_on() {
    let (home, clock) = (tempfile::tempdir().unwrap(), manual_clock());
    let path = home.path().join("broker.db");
    let bus = open(&path, &clock).await;
    let delay = Duration::from_secs(60);
    assert_eq!(
        bus.publish_after(delay, &[command("later")]).await,
        [Ok(())]
    );
    bus.close().await;

    let bus = open(&path, &clock).await;
    assert!(receive(&bus, SERVICE, 10).await.is_empty());
    assert_eq!(bus.depth(SERVICE).await.unwrap().delayed, 1);
    clock.advance(delay);
    assert_eq!(receive(&bus, SERVICE, 10).await.len(), 1);
}

#[tokio::test]
async fn a_clock_set_back_between_runs_hides_nothing() {
    let (home, clock) = (tempfile::tempdir().unwrap(), manual_clock());
    let path = home.path().join("broker.db");
    let bus = open(&path, &clock).await;
    publish(&bus, &["untouched", "in hand"].map(command)).await;
    receive(&bus, SERVICE, 1).await;
    bus.close().await;

    let earlier = Clock::manual(clock.now().before(Duration::from_secs(3600)));
    let bus = open(&path, &earlier).await;
    assert_eq!(receive(&bus, SERVICE, 10).await.len(), 2);
}

#[tokio::test]
async fn receipts_of_an_earlier_run_are_worth_nothing() {
    let (home, clock) = (tempfile::tempdir().unwrap(), manual_clock());
    let path = home.path().join("broker.db");
    let bus = open(&path, &clock).await;
    publish(&bus, &[command("held over")]).await;
    let old = receive(&bus, SERVICE, 1).await.remove(0);
    bus.close().await;

    let bus = open(&path, &clock).await;
    assert_eq!(
        bus.delete(SERVICE, std::slice::from_ref(&old.receipt))
            .await
            .unwrap()
            .iter()
            .filter(|settled| settled.is_ok())
            .count(),
        0
    );
    receive(&bus, SERVICE, 1).await;
    assert!(bus.delete(SERVICE, &[old.receipt]).await.unwrap()[0].is_err());
    assert_eq!(bus.depth(SERVICE).await.unwrap().in_flight, 1);
}

#[tokio::test]
async fn a_message_that_ends_every_run_becomes_a_dead_letter() {
    let (home, clock) = (tempfile::tempdir().unwrap(), manual_clock());
    let path = home.path().join("broker.db");
    let bus = open(&path, &clock).await;
    let poison = command("poison");
    publish(&bus, std::slice::from_ref(&poison)).await;
    drop(bus);
    for run in 1..=MAX_RECEIVE_COUNT {
        let bus = open(&path, &clock).await;
        assert_eq!(receive(&bus, SERVICE, 10).await[0].receive_count, run);
    }
    let bus = open(&path, &clock).await;
    assert!(receive(&bus, SERVICE, 10).await.is_empty());
    let dead = bus.peek(DEAD_LETTERS, None, 10).await.unwrap().remove(0);
    assert_eq!(
        (dead.id, dead.receive_count),
        (poison.id, MAX_RECEIVE_COUNT)
    );
    assert_eq!(dead.dead_since, Some(clock.now()));
    assert_eq!(
        dead.attributes.get(attributes::DLQ_ERROR_CLASS),
        Some("retries-exhausted")
    );
}

#[tokio::test]
async fn dead_letters_keep_what_they_were_and_why() {
    let (home, clock) = (tempfile::tempdir().unwrap(), manual_clock());
    let path = home.path().join("broker.db");
    let bus = open(&path, &clock).await;
    let sent = event("hopeless");
    publish(&bus, std::slice::from_ref(&sent)).await;
    let received = receive(&bus, Service::Product, 1).await.remove(0);
    let why = Attributes::new().with(attributes::DLQ_REASON, "it is \"broken\"");
    bus.dead_letter(Service::Product, &[(received.receipt, why)])
        .await
        .unwrap();
    drop(bus);

    let bus = open(&path, &clock).await;
    let queue = revcart_messaging::QueueRef::dead_letters(Service::Product);
    let dead = receive(&bus, queue, 1).await.remove(0);
    assert_eq!(
        (dead.id, &dead.body, dead.sent_at),
        (sent.id, &sent.body, clock.now())
    );
    assert_eq!(
        dead.attributes.get(attributes::DLQ_REASON),
        Some("it is \"broken\"")
    );
    assert_eq!(
        dead.attributes.get(attributes::EVENT_TYPE),
        Some("OrderConfirmed")
    );
    assert_eq!(
        bus.depth(Service::Analytics).await.unwrap().visible,
        1,
        "other queues still have it"
    );
}
