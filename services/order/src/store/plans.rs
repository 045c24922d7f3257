//! Queries that grow with their table use an index.

use revcart_runtime::Clock;
use revcart_testkit::{PRIMARY_KEY, START, TestDatabase, assert_uses_index};
use saga::order::State;
use shared_events::{CartId, OrderId, OrderStatus, Service, UserId};
use uuid::Uuid;

use super::{Migrator, orders, saga_log, sagas, timers};
use crate::domain::OrderNumber;
use crate::store::orders::Wanted;

async fn database() -> TestDatabase {
    TestDatabase::create::<Migrator>(Service::Order, Clock::manual(START)).await
}

fn ids() -> Vec<Uuid> {
    vec![Uuid::nil(), Uuid::max()]
}

#[tokio::test]
async fn orders_are_found_without_walking_all_of_them() {
    let database = database().await;
    let number = OrderNumber::draw(&mut rand::rng());
    for (query, index) in [
        (orders::number_query(number), "orders_number_key"),
        (
            orders::holder_query(CartId::new(), 3),
            "orders_live_cart_key",
        ),
        (orders::load_query(ids()), PRIMARY_KEY),
        (orders::page_query(None, 100), PRIMARY_KEY),
        (orders::page_query(Some(OrderId::new()), 100), PRIMARY_KEY),
    ] {
        assert_uses_index(&database, &query, index).await;
    }
}

#[tokio::test]
async fn lists_of_orders_are_found_in_their_order_however_they_are_narrowed_down() {
    let database = database().await;
    let everybody = Wanted::default();
    let somebody = Wanted {
        user: Some(UserId::new()),
        ..everybody
    };
    let between = |wanted| Wanted {
        from: Some(START),
        to: Some(START),
        ..wanted
    };
    let placed = |wanted| Wanted {
        status: Some(OrderStatus::Placed),
        ..wanted
    };
    for (wanted, index) in [
        (somebody, "orders_user_id_idx"),
        (between(somebody), "orders_user_id_idx"),
        (placed(somebody), "orders_user_id_idx"),
        (between(placed(somebody)), "orders_user_id_idx"),
        (everybody, PRIMARY_KEY),
        (between(everybody), PRIMARY_KEY),
        (placed(everybody), "orders_status_idx"),
        (between(placed(everybody)), "orders_status_idx"),
    ] {
        for before in [None, Some(OrderId::new())] {
            let query = orders::list_query(&wanted, before, 21);
            assert_uses_index(&database, &query, index).await;
        }
    }
}

#[tokio::test]
async fn sagas_are_found_without_walking_all_of_them() {
    let database = database().await;
    let running = State::Running;
    for (query, index) in [
        (sagas::lock_query(ids()), PRIMARY_KEY),
        (sagas::latest_query(None, 21), PRIMARY_KEY),
        (sagas::latest_query(Some(running), 21), "sagas_state_idx"),
        (sagas::in_state_query(running, None, 21), "sagas_state_idx"),
        (
            sagas::in_state_query(running, Some(OrderId::new()), 21),
            "sagas_state_idx",
        ),
        (sagas::standing_query(), "sagas_state_idx"),
    ] {
        assert_uses_index(&database, &query, index).await;
    }
    let log = saga_log::of_order_query(OrderId::new());
    assert_uses_index(&database, &log, PRIMARY_KEY).await;
}

#[tokio::test]
async fn timers_are_found_without_walking_all_of_them() {
    let database = database().await;
    let due = timers::due_query(START, 128);
    assert_uses_index(&database, &due, "saga_timers_due_at_idx").await;
    let claim = timers::claim_query(ids(), START);
    assert_uses_index(&database, &claim, PRIMARY_KEY).await;
}
