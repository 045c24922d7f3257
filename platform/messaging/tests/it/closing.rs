//! Owning a broker's file, and letting go of it.

use std::time::Duration;

use revcart_messaging::embedded::{EmbeddedBus, OpenError, Options};
use revcart_messaging::{BusError, PublishError, ReceiveOptions};

use super::broker::*;

#[tokio::test]
async fn a_file_has_one_owner_at_a_time() {
    let (home, clock) = (tempfile::tempdir().unwrap(), manual_clock());
    let path = home.path().join("broker.db");
    let bus = open(&path, &clock).await;
    let second = EmbeddedBus::open(Options::file(&path), clock.clone()).await;
    assert!(matches!(second, Err(OpenError::InUse { .. })), "{second:?}");
    bus.close().await;
    open(&path, &clock).await;
}

#[tokio::test]
async fn a_file_of_something_else_is_refused() {
    let (home, clock) = (tempfile::tempdir().unwrap(), manual_clock());
    let path = home.path().join("broker.db");
    std::fs::write(
        &path,
        "dear diary, today I was opened by a broker, and it read me",
    )
    .unwrap();
    let opened = EmbeddedBus::open(Options::file(&path), clock).await;
    assert!(opened.unwrap_err().to_string().contains("broker.db"));
}

#[tokio::test]
async fn a_closed_bus_says_so() {
    let clock = manual_clock();
    let bus = EmbeddedBus::open(Options::temporary(), clock)
        .await
        .unwrap();
    let bus = revcart_messaging::Bus::from(bus);
    publish(&bus, &[command("before")]).await;
    let long = ReceiveOptions {
        wait: Duration::from_secs(20),
        ..ReceiveOptions::default()
    };
    let received = receive(&bus, SERVICE, 1).await;
    let (waiting, ()) = tokio::join!(bus.receive(SERVICE, long), bus.close());
    assert_eq!(waiting.unwrap_err(), BusError::Closed);
    assert_eq!(
        bus.delete(SERVICE, &[received[0].receipt.clone()]).await,
        Err(BusError::Closed)
    );
    assert_eq!(bus.depth(SERVICE).await, Err(BusError::Closed));
    assert!(matches!(
        bus.peek(SERVICE, None, 1).await,
        Err(BusError::Closed)
    ));
    assert!(matches!(
        bus.publish(&[command("after")]).await[0],
        Err(PublishError::Retry(_))
    ));
    bus.close().await;
}

#[tokio::test]
async fn a_temporary_broker_leaves_nothing_behind() {
    let bus = EmbeddedBus::open(Options::temporary(), manual_clock())
        .await
        .unwrap();
    let path = bus.path().to_owned();
    assert!(path.exists());
    drop(bus);
    assert!(!path.exists());
    assert!(!path.parent().unwrap().exists());
}
