//! Looking into a broker's file from outside.

use revcart_messaging::embedded::EmbeddedBus;
use revcart_messaging::{QueueRef, Visibility};
use shared_events::{Attributes, Service, attributes};

use super::broker::*;

#[tokio::test]
async fn a_file_can_be_looked_into_while_it_is_owned_and_afterwards() {
    let (home, clock) = (tempfile::tempdir().unwrap(), manual_clock());
    let path = home.path().join("broker.db");
    let bus = open(&path, &clock).await;
    publish(&bus, &["a", "b", "c"].map(command)).await;
    publish(&bus, &[event("d")]).await;
    let received = receive(&bus, SERVICE, 2).await;
    let why = Attributes::new().with(attributes::DLQ_REASON, "hopeless");
    bus.dead_letter(SERVICE, &[(received[0].receipt.clone(), why)])
        .await
        .unwrap();

    let inspector = EmbeddedBus::inspect(&path, clock.clone()).unwrap();
    assert!(inspector.is_owned());
    let depth = inspector.depth(SERVICE).unwrap();
    assert_eq!((depth.visible, depth.in_flight), (1, 1));
    let held = inspector.peek(SERVICE, None, 10).unwrap();
    assert_eq!(
        held[0].visibility,
        Visibility::InFlight(clock.now() + VISIBILITY)
    );
    assert_eq!(
        inspector
            .peek(SERVICE, Some(held[0].position), 10)
            .unwrap()
            .len(),
        1
    );
    drop(inspector);

    assert_eq!(
        receive(&bus, SERVICE, 10).await.len(),
        1,
        "looking has changed nothing"
    );
    bus.close().await;
    let inspector = EmbeddedBus::inspect(&path, clock.clone()).unwrap();
    assert!(!inspector.is_owned());
    let filled: Vec<_> = inspector
        .depths()
        .unwrap()
        .into_iter()
        .filter(|(_, depth)| !depth.is_empty())
        .map(|(queue, depth)| (queue, depth.total()))
        .collect();
    assert!(filled.contains(&(QueueRef::main(SERVICE), 2)), "{filled:?}");
    assert!(filled.contains(&(DEAD_LETTERS, 1)), "{filled:?}");
    assert!(
        filled.contains(&(QueueRef::main(Service::Product), 1)),
        "{filled:?}"
    );
    let dead = inspector.peek(DEAD_LETTERS, None, 10).unwrap();
    assert_eq!(
        dead[0].attributes.get(attributes::DLQ_REASON),
        Some("hopeless")
    );
}

#[tokio::test]
async fn looking_for_a_file_that_is_not_there_makes_none() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("broker.db");
    let error = EmbeddedBus::inspect(&path, manual_clock()).unwrap_err();
    assert!(error.to_string().contains("broker.db"));
    assert!(!path.exists());
}
