//! Two processes on one database server. A file has one owner, and these say nothing about it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use revcart_persistence::documents::Change;
use revcart_persistence::documents::values::doc;
use revcart_persistence::{Cause, Database, Error, UnitOfWork, Work, inbox, outbox};
use sea_orm::{ConnectionTrait, Statement};
use shared_events::{MessageId, OrderId, ReleaseStock, SagaId, SagaRef};

use crate::fixture::{Fixture, note};

#[tokio::test]
async fn a_message_that_two_processes_claim_at_once_is_one_processs() {
    let fixture = Fixture::new().await;
    let Some(other) = fixture.replica().await else {
        return;
    };
    let ids: Vec<MessageId> = (0..40).map(|_| MessageId::new()).collect();
    let claims = (0..16).map(|number| {
        let database: &Database = if number % 2 == 0 {
            &fixture.database
        } else {
            &other
        };
        // Each in an order of its own, so that they meet crosswise.
        let mut ids = ids.clone();
        ids.rotate_left(number * 5 % 40);
        database.write(ids, |unit, ids| Box::pin(inbox::claim(unit, ids)))
    });
    let mut claimed: Vec<MessageId> = Vec::new();
    for claim in join_all(claims).await {
        claimed.extend(claim.unwrap());
    }
    claimed.sort_unstable();
    let mut expected = ids;
    expected.sort_unstable();
    assert_eq!(claimed, expected);
    other.close().await;
}

/// Adds one to the size of the notes given, in their order.
async fn grow(unit: &UnitOfWork, texts: &[String]) -> Result<(), Error> {
    for text in texts {
        match unit.work() {
            Work::Sql(tx) => {
                let sql = format!("UPDATE notes SET size = size + 1 WHERE text = '{text}'");
                tx.execute_raw(Statement::from_string(tx.get_database_backend(), sql))
                    .await?;
            }
            Work::Documents(documents) => {
                let change = Change {
                    filter: doc! { "text": text },
                    update: doc! { "$inc": { "size": 1_i64 } },
                    upsert: false,
                };
                documents.change("notes", &[change]).await?;
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn writes_that_deadlock_run_again_until_each_has_had_its_effect_once() {
    let fixture = Fixture::new().await;
    let Some(other) = fixture.replica().await else {
        return;
    };
    for text in ["a", "b"] {
        fixture
            .database
            .write(text, |unit, text| Box::pin(note(unit, text, 0)))
            .await
            .unwrap();
    }
    let attempts = Arc::new(AtomicUsize::new(0));
    // On a busy machine they may all pass one after another: then they try again.
    let mut rounds = 0;
    while rounds == 0 || (attempts.load(Ordering::SeqCst) <= 40 * rounds && rounds < 25) {
        rounds += 1;
        let writes = (0..40).map(|number: usize| {
            let database: &Database = if number.is_multiple_of(2) {
                &fixture.database
            } else {
                &other
            };
            let mut texts = vec!["a".to_owned(), "b".to_owned()];
            if number % 4 < 2 {
                texts.reverse();
            }
            database.write((texts, Arc::clone(&attempts)), |unit, (texts, attempts)| {
                Box::pin(async move {
                    attempts.fetch_add(1, Ordering::SeqCst);
                    grow(unit, texts).await
                })
            })
        });
        for outcome in join_all(writes).await {
            outcome.unwrap();
        }
    }
    assert!(
        attempts.load(Ordering::SeqCst) > 40 * rounds,
        "they were to meet"
    );
    let grown = i64::try_from(40 * rounds).unwrap();
    assert_eq!(sizes(&fixture.database).await, [grown, grown]);
    other.close().await;
}

async fn sizes(database: &Database) -> Vec<i64> {
    match database.reader() {
        revcart_persistence::Reader::Sql(connection) => {
            let query = Statement::from_string(
                connection.get_database_backend(),
                "SELECT size FROM notes ORDER BY text",
            );
            let rows = connection
                .query_all_raw(query)
                .await
                .expect("notes can be read");
            rows.iter()
                .map(|row| row.try_get("", "size").expect("a size"))
                .collect()
        }
        revcart_persistence::Reader::Documents(documents) => {
            let notes: Vec<revcart_persistence::documents::values::Document> = documents
                .find("notes", doc! {}, Default::default())
                .await
                .expect("notes can be read");
            notes
                .iter()
                .map(|note| note.get_i64("size").expect("a size"))
                .collect()
        }
    }
}

#[tokio::test]
async fn a_row_that_was_left_in_the_outbox_is_taken_over_by_one_process() {
    let fixture = Fixture::new().await;
    let Some(other) = fixture.replica().await else {
        return;
    };
    for _ in 0..30 {
        let command = ReleaseStock {
            order_id: OrderId::new(),
            saga: SagaRef {
                saga_id: SagaId::new(),
                step: "reserve-stock".into(),
                attempt: 1,
            },
        };
        let sent = fixture.database.write(command, |unit, command| {
            let command = command.clone();
            Box::pin(async move {
                unit.send(command, &Cause::new("an order"));
                Ok::<_, Error>(())
            })
        });
        sent.await.unwrap();
    }
    fixture
        .clock
        .advance(outbox::LEASE + Duration::from_secs(1));
    let sweeps = (0..8).map(|number| {
        let database: &Database = if number % 2 == 0 {
            &fixture.database
        } else {
            &other
        };
        database.write((), |unit, ()| Box::pin(outbox::sweep(unit, 10)))
    });
    let mut taken = Vec::new();
    for swept in join_all(sweeps).await {
        taken.extend(swept.unwrap().into_iter().map(|row| row.id));
    }
    let all = taken.len();
    taken.sort_unstable();
    taken.dedup();
    assert_eq!(taken.len(), all, "no row was taken twice");
    assert!(all >= 10, "something was taken: {all}");
    other.close().await;
}
