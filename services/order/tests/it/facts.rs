//! What `revcart audit` and `revcart trace` read.

use std::collections::BTreeSet;

use http::StatusCode;
use order_service::audit::OrderFact;
use order_service::{audit, sagas, trace};
use revcart_runtime::telemetry;
use saga::order::State;
use shared_events::{OrderId, OrderStatus, PaymentMethod, Service};

use crate::shop::Shop;

#[tokio::test]
async fn the_audit_reads_every_order_with_its_saga_page_by_page() {
    let shop = Shop::open().await;
    let mut placed = Vec::new();
    for version in 1..=5 {
        shop.cart_holds(version, &[(shop.tea, 1, "199.00")]);
        placed.push(shop.place().await);
    }
    shop.refuse_stock(placed[0]).await;
    let first = audit::orders(shop.database(), None, 3).await.unwrap();
    let rest = audit::orders(shop.database(), Some(first[2].order_id), 3)
        .await
        .unwrap();
    let facts = [first, rest].concat();
    assert_eq!(
        facts.iter().map(|fact| fact.order_id).collect::<Vec<_>>(),
        placed
    );
    assert_eq!(
        (facts[0].status, state_and_step(&facts[0])),
        (OrderStatus::Cancelled, Some((State::Compensated, None)))
    );
    assert_eq!(
        (facts[1].status, state_and_step(&facts[1])),
        (
            OrderStatus::Placed,
            Some((State::Running, Some("reserve-stock")))
        )
    );
    let has_timer = |fact: &OrderFact| fact.saga.as_ref().is_some_and(|saga| saga.due_at.is_some());
    assert!(has_timer(&facts[1]) && !has_timer(&facts[0]));
    assert_eq!(
        (facts[1].payment_method, facts[1].total.minor()),
        (PaymentMethod::Dummy, 24_895)
    );
    let again = audit::orders_by_id(shop.database(), &[placed[2], OrderId::new()])
        .await
        .unwrap();
    assert_eq!(again, [facts[2].clone()]);
}

fn state_and_step(fact: &OrderFact) -> Option<(State, Option<&str>)> {
    let saga = fact.saga.as_ref()?;
    Some((saga.state, saga.step.as_deref()))
}

#[tokio::test]
async fn the_latest_sagas_come_first() {
    let shop = Shop::open().await;
    let mut placed = Vec::new();
    for version in 1..=3 {
        shop.cart_holds(version, &[(shop.tea, 1, "199.00")]);
        placed.push(shop.place().await);
    }
    shop.refuse_stock(placed[1]).await;
    let ids = async |state, limit| {
        let latest = sagas::latest(shop.database(), state, limit).await.unwrap();
        assert!(latest.iter().all(|it| it.order_number.starts_with("RC-")));
        let ids = latest.into_iter().map(|listed| listed.saga.order_id);
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids(None, 2).await, [placed[2], placed[1]]);
    assert_eq!(ids(Some(State::Running), 9).await, [placed[2], placed[0]]);
}

#[tokio::test]
async fn the_audit_sees_an_order_that_has_lost_its_saga() {
    let shop = Shop::open().await;
    shop.place().await;
    for table in ["saga_timers", "sagas"] {
        shop.execute(format!("DELETE FROM {table}")).await;
    }
    let facts = audit::orders(shop.database(), None, 10).await.unwrap();
    assert_eq!(facts[0].saga, None);
}

#[tokio::test]
async fn the_trace_of_an_order_is_its_sagas_log_in_order() {
    let shop = Shop::open().await;
    let id = shop.place_and_pay().await;
    let records = trace::of_order(shop.database(), id).await.unwrap();
    assert!(records.is_sorted_by_key(|record| record.at));
    assert!(
        records
            .iter()
            .all(|record| record.service == "order-service")
    );
    assert!(
        records
            .iter()
            .any(|record| record.title == "payment#1: PaymentCompleted"),
        "{records:?}"
    );
    let of_kind = |kind: &'static str| records.iter().filter(move |record| record.kind == kind);
    assert!(of_kind("saga-command").all(|sent| sent.message_id.is_some()));
    let mut heard = of_kind("saga-input").skip(1);
    assert!(heard.all(|heard| heard.caused_by.is_some()));
    let causes: BTreeSet<_> = of_kind("saga-input").map(|heard| heard.caused_by).collect();
    let mut after_the_start = of_kind("saga-command").skip(1);
    assert!(after_the_start.all(|sent| causes.contains(&sent.caused_by)));
    let path = format!("/internal/trace/{id}");
    let reply = shop
        .get(&path)
        .token(shop.token_of(Service::Analytics))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        reply.json["records"].as_array().unwrap().len(),
        records.len()
    );
    assert_eq!(
        trace::of_order(shop.database(), OrderId::new())
            .await
            .unwrap(),
        []
    );
}

#[tokio::test]
async fn an_order_is_found_by_the_number_that_people_use() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let number = shop.shown(id).await["orderNumber"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(
        trace::order_by_number(shop.database(), number)
            .await
            .unwrap(),
        Some(id)
    );
    let other = "RC-2222-2222".parse().unwrap();
    assert_eq!(
        trace::order_by_number(shop.database(), other)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn every_measure_shows() {
    let shop = Shop::open().await;
    shop.place_and_assign().await;
    let shown = telemetry::metrics().render();
    for name in [
        "orders_placed_total",
        "revenue_minor_total{currency=\"INR\"}",
        "saga_started_total",
        "saga_finished_total{outcome=\"confirmed\"}",
        "saga_duration_seconds",
        "saga_in_flight{step=\"dispatched\"}",
        "saga_needs_attention",
    ] {
        assert!(shown.contains(name), "{name} is not in\n{shown}");
    }
}
