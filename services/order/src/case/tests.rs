use std::time::Duration;

use revcart_persistence::UnitOfWork;
use revcart_runtime::Clock;
use revcart_testkit::TestDatabase;
use shared_events::{CancelledBy, Service};

use super::*;
use crate::Migrator;
use crate::domain::samples::{self, NOON};
use crate::followers::Followers;

async fn database() -> TestDatabase {
    TestDatabase::create::<Migrator>(Service::Order, Clock::manual(NOON)).await
}

fn told(case: &mut Case) {
    let wanted = Input::CancelWanted {
        by: CancelledBy::Customer,
        reason: None,
    };
    let later = NOON + Duration::from_secs(1);
    case.tell(wanted, Cause::new("test"), &Settings::default(), later)
        .unwrap();
}

#[tokio::test]
async fn a_case_is_read_back_as_it_was_written() {
    let order = samples::order();
    let read = database()
        .await
        .write(order.clone(), |unit, order| {
            Box::pin(opened_and_loaded(unit, order))
        })
        .await;
    let read = read.unwrap();
    assert_eq!(read.order, order);
    assert_eq!((read.saga.version, read.saga.started_at), (1, NOON));
    assert_eq!(read.saga.instance.current_step(), Some("reserve-stock"));
}

async fn opened_and_loaded(unit: &mut UnitOfWork, order: &Order) -> Result<Case, Error> {
    let case = Case::begin(
        order.clone(),
        &Settings::default(),
        Cause::new("test"),
        NOON,
    );
    open(unit, case).await?;
    Ok(load(unit.sql(), &[order.id])
        .await?
        .remove(&order.id)
        .unwrap())
}

#[tokio::test]
async fn of_two_that_loaded_the_same_saga_only_the_first_can_save_it() {
    let order = samples::order();
    let database = database().await;
    let second = database.write(order, |unit, order| {
        Box::pin(async move {
            let mut first = opened_and_loaded(unit, order).await?;
            let mut second = load(unit.sql(), &[order.id])
                .await?
                .remove(&order.id)
                .unwrap();
            told(&mut first);
            told(&mut second);
            let followers = Followers::new(0);
            save(unit, [first], &followers).await?;
            Ok::<_, Error>(save(unit, [second], &followers).await)
        })
    });
    assert!(matches!(second.await.unwrap(), Err(Error::Overtaken)));
}
