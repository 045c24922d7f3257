use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase};
use shared_events::{MessageId, Service};

use super::*;
use crate::store::Migrator;

fn entries(count: usize) -> Vec<Entry> {
    let entry = |number: usize| Entry {
        id: MessageId::new(),
        name: "Weighed".to_owned(),
        message_type: "org.example.Weighed".to_owned(),
        source: "/elsewhere".to_owned(),
        subject: format!("parcel {number} of {count}"),
        correlation_id: "x".to_owned(),
        causation_id: (number == 1).then(MessageId::new),
        order_id: (number == 2).then(OrderId::new),
        time: START,
        data: "{}".to_owned(),
    };
    (0..count).map(entry).collect()
}

#[tokio::test]
async fn batches_of_every_size_are_logged_whole_and_in_their_order() {
    let clock = Clock::manual(START);
    let database = TestDatabase::create::<Migrator>(Service::Analytics, clock).await;
    let mut expected = Vec::new();
    for size in (0..=16).chain([129]) {
        let batch = entries(size);
        expected.extend(batch.clone());
        let appended = database.write(batch, |unit, batch| Box::pin(append(unit, batch.clone())));
        appended.await.unwrap();
    }
    let log = after(&database, None, None, 10_000).await.unwrap();
    assert_eq!(latest(&database).await.unwrap(), 265);
    let numbers: Vec<i64> = log.iter().map(|logged| logged.sequence).collect();
    assert_eq!(numbers, (1..=265).collect::<Vec<i64>>());
    let logged: Vec<Entry> = log.into_iter().map(|logged| logged.entry).collect();
    assert_eq!(logged, expected);
}
