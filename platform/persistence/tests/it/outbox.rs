//! Messages leave with their commit, and only with it.

use revcart_persistence::{Cause, Error, outbox};
use shared_events::{AnyMessage, Envelope, OrderId, ReleaseStock, SagaId, SagaRef};

use crate::fixture::Fixture;

fn command() -> ReleaseStock {
    ReleaseStock {
        order_id: OrderId::new(),
        saga: SagaRef {
            saga_id: SagaId::new(),
            step: "reserve-stock".into(),
            attempt: 1,
        },
    }
}

#[tokio::test]
async fn messages_of_a_commit_are_handed_over_and_those_of_a_failure_are_not() {
    let fixture = Fixture::new().await;
    let mut feed = fixture.database.take_feed().await.unwrap();
    assert!(fixture.database.take_feed().await.is_none());
    for fails in [true, false] {
        let outcome: Result<(), Error> = fixture
            .database
            .write(command(), move |unit, command| {
                Box::pin(async move {
                    unit.send(command.clone(), &Cause::new("an order"));
                    if fails { Err(Error::Closed) } else { Ok(()) }
                })
            })
            .await;
        assert_eq!(outcome.is_err(), fails);
    }
    let rows = feed.ready(100);
    assert_eq!(rows.len(), 1);
    let envelope = Envelope::decode(rows[0].body.as_bytes()).unwrap();
    assert!(matches!(envelope.data, AnyMessage::ReleaseStock(_)));
    assert_eq!(envelope.correlation_id, "an order");
    assert_eq!(outbox::pending(&fixture.database).await.unwrap().waiting, 1);
}

#[tokio::test]
async fn what_waits_can_be_looked_at_page_by_page() {
    let fixture = Fixture::new().await;
    for _ in 0..3 {
        let sent = fixture.database.write(command(), |unit, command| {
            let command = command.clone();
            Box::pin(async move {
                unit.send(command, &Cause::new("an order"));
                Ok::<_, Error>(())
            })
        });
        sent.await.unwrap();
    }
    let page = async |after| {
        let page = outbox::page(&fixture.database, after, 2).await;
        page.unwrap()
    };
    let first = page(None).await;
    let rest = page(Some(first[1].id)).await;
    assert_eq!((first.len(), rest.len()), (2, 1));
    assert!(first[1].id < rest[0].id);
    assert!(first[0].body.contains("an order") && first[0].parked.is_none());
}

#[tokio::test]
async fn what_a_crash_left_is_found_after_its_lease_and_only_once() {
    let fixture = Fixture::new().await;
    fixture
        .database
        .write(command(), |unit, command| {
            Box::pin(async move {
                unit.send(command.clone(), &Cause::new("an order"));
                Ok::<_, Error>(())
            })
        })
        .await
        .unwrap();
    let sweep = || {
        fixture
            .database
            .write((), |unit, ()| Box::pin(outbox::sweep(unit, 10)))
    };
    assert!(
        sweep().await.unwrap().is_empty(),
        "its writer still has the lease"
    );
    fixture.clock.advance(outbox::LEASE);
    let swept = sweep().await.unwrap();
    assert_eq!(swept.len(), 1);
    assert!(
        sweep().await.unwrap().is_empty(),
        "the sweeper has the lease now"
    );
    fixture
        .database
        .write(swept[0].id, |unit, id| {
            Box::pin(outbox::park(unit, *id, "too large"))
        })
        .await
        .unwrap();
    fixture.clock.advance(outbox::LEASE * 2);
    assert!(
        sweep().await.unwrap().is_empty(),
        "a parked row waits for an operator"
    );
    let pending = outbox::pending(&fixture.database).await.unwrap();
    assert_eq!((pending.waiting, pending.parked), (0, 1));
    let seen = outbox::page(&fixture.database, None, 10).await;
    assert_eq!(seen.unwrap()[0].parked.as_deref(), Some("too large"));
    fixture
        .database
        .write(vec![swept[0].id], |unit, ids| {
            Box::pin(outbox::delete(unit, ids))
        })
        .await
        .unwrap();
    assert_eq!(
        outbox::pending(&fixture.database).await.unwrap(),
        outbox::Pending::default()
    );
}
