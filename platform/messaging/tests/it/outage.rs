//! What happens while the file cannot be written.

use revcart_messaging::{BusError, PublishError};
use rusqlite::Connection;
use shared_events::Attributes;

use super::broker::*;

#[tokio::test]
async fn what_cannot_be_written_is_refused_for_now_and_nothing_is_lost() {
    let (home, clock) = (tempfile::tempdir().unwrap(), manual_clock());
    let path = home.path().join("broker.db");
    let bus = open(&path, &clock).await;
    publish(&bus, &["given up", "deleted", "in hand"].map(command)).await;
    let received = receive(&bus, SERVICE, 3).await;

    let intruder = Connection::open(&path).unwrap();
    intruder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let letters = [(received[0].receipt.clone(), Attributes::new())];
    let lost = [command("lost?")];
    let (published, dead) = tokio::join!(bus.publish(&lost), bus.dead_letter(SERVICE, &letters));
    assert!(
        matches!(published[0], Err(PublishError::Retry(_))),
        "{published:?}"
    );
    assert!(matches!(dead, Err(BusError::Unavailable(_))), "{dead:?}");
    delete(&bus, SERVICE, &received[1..2]).await;
    intruder.execute_batch("ROLLBACK").unwrap();

    let back = receive(&bus, SERVICE, 10).await;
    assert_eq!(back.len(), 1, "what could not be moved is visible again");
    assert_eq!(back[0].id, received[0].id);
    assert!(bus.depth(DEAD_LETTERS).await.unwrap().is_empty());
    publish(&bus, &[command("again")]).await;
    bus.close().await;
    let bus = open(&path, &clock).await;
    let bodies: Vec<_> = receive(&bus, SERVICE, 10)
        .await
        .into_iter()
        .map(|message| message.body.to_string())
        .collect();
    assert_eq!(bodies, ["given up", "in hand", "again"]);
}
