use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase};
use shared_events::{OrderId, Service, StockLevelLow, StockReserved};

use crate::shelf::{self, Migrator, messages};

#[tokio::test]
async fn what_was_committed_and_not_sent_is_sent_after_a_restart() {
    let shelf = shelf::start().await;
    shelf::say_low(shelf.database()).await.unwrap();
    let customer = shelf.customer.clone();
    let shelf = shelf.restart(shelf::build).await;
    assert!(shelf.said().is_empty());
    shelf.settle().await;
    assert_eq!(shelf.published::<StockLevelLow>().len(), 1);
    assert_eq!(shelf.customer.id, customer.id);
}

#[tokio::test]
async fn what_was_in_the_queue_is_handled_after_a_restart() {
    let shelf = shelf::start().await;
    shelf.deliver(messages::reserve(OrderId::new())).await;
    let shelf = shelf.restart(shelf::build).await;
    shelf.settle().await;
    shelf.published_once::<StockReserved>();
}

#[tokio::test]
async fn every_database_is_its_own() {
    let create = || TestDatabase::create::<Migrator>(Service::Product, Clock::manual(START));
    let (one, other) = (create().await, create().await);
    shelf::say_low(&one).await.unwrap();
    let waiting = |database: &TestDatabase| {
        let database = (**database).clone();
        async move {
            revcart_persistence::outbox::pending(&database)
                .await
                .unwrap()
                .waiting
        }
    };
    assert_eq!((waiting(&one).await, waiting(&other).await), (1, 0));
    one.check_schema::<Migrator>().await.unwrap();
}
