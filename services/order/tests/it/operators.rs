//! Sagas for operators: finding those that are stuck, seeing why, taking a hand.

use std::time::Duration;

use http::StatusCode;
use order_service::Config;
use revcart_testkit::Reply;
use saga::order::Backoff;
use serde_json::{Value, json};
use shared_events::{OrderId, RefundPayment, ReleaseStock};

use crate::shop::Shop;

/// An order whose stock nobody releases, after the only try.
async fn stuck() -> (Shop, OrderId) {
    let mut config = Config::for_testing();
    let second = Duration::from_secs(1);
    config.saga.compensation = Backoff {
        first: second,
        longest: second,
        tries: 1,
    };
    let shop = Shop::open_with(config).await;
    let id = shop.place_and_reserve().await;
    shop.decline(id, true).await;
    shop.advance(second).await;
    (shop, id)
}

async fn intervene(shop: &Shop, order: OrderId, action: &str) -> Reply {
    let path = format!("/api/ops/sagas/{order}/{action}");
    shop.post(&path)
        .token(&shop.admin)
        .json(&json!({"reason": "warehouse says so"}))
        .await
}

fn titles(saga: &Value) -> Vec<String> {
    let lines = saga["timeline"].as_array().unwrap().iter();
    lines
        .map(|line| line["title"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn sagas_are_listed_by_state_and_those_that_need_attention_first() {
    let (shop, id) = stuck().await;
    let list = async |query: &str| {
        let reply = shop
            .get(&format!("/api/ops/sagas{query}"))
            .token(&shop.admin)
            .await
            .expect(StatusCode::OK);
        reply.json["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|saga| saga["orderId"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(list("").await, [json!(id)]);
    assert_eq!(list("?status=NEEDS_ATTENTION").await, [json!(id)]);
    assert!(list("?status=RUNNING").await.is_empty());
    shop.cart_holds(9, &[(shop.tea, 1, "199.00")]);
    let running = shop.place().await;
    assert_eq!(list("?status=RUNNING").await, [json!(running)]);
}

#[tokio::test]
async fn sagas_are_listed_page_by_page() {
    let shop = Shop::open().await;
    let mut placed = Vec::new();
    for version in 1..=5 {
        shop.cart_holds(version, &[(shop.tea, 1, "199.00")]);
        placed.push(json!(shop.place().await));
    }
    let mut found = Vec::new();
    let mut path = "/api/ops/sagas?status=RUNNING&limit=2".to_owned();
    loop {
        let page = shop
            .get(&path)
            .token(&shop.admin)
            .await
            .expect(StatusCode::OK);
        found.extend(
            page.json["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|saga| saga["orderId"].clone()),
        );
        let Some(next) = page.json["next"].as_str() else {
            break;
        };
        path = format!("/api/ops/sagas?status=RUNNING&limit=2&cursor={next}");
    }
    assert_eq!(found, placed);
}

#[tokio::test]
async fn the_timeline_names_every_input_command_and_message() {
    let shop = Shop::open().await;
    let id = shop.place_and_pay().await;
    let saga = shop.saga(id).await;
    let titles = titles(&saga);
    for title in [
        "started",
        "ReserveStock",
        "StockReserved",
        "RequestPayment",
        "PaymentCompleted",
        "AssignDelivery",
    ] {
        assert!(
            titles.iter().any(|line| line == title),
            "{title} is not in {titles:?}"
        );
    }
    let sent: Vec<_> = shop
        .said()
        .iter()
        .map(|envelope| json!(envelope.id))
        .collect();
    let commands: Vec<_> = saga["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["kind"] == "command")
        .collect();
    assert_eq!(commands.len(), 3);
    assert!(
        commands
            .iter()
            .all(|line| sent.contains(&line["messageId"]))
    );
    assert_eq!(
        (saga["state"].clone(), saga["step"].clone()),
        (json!("RUNNING"), json!("delivery"))
    );
}

#[tokio::test]
async fn a_retry_asks_again_under_the_next_attempt_and_is_kept_with_who_and_why() {
    let (shop, id) = stuck().await;
    let before = shop.last::<ReleaseStock>(id).saga.attempt;
    let saga = intervene(&shop, id, "retry").await.expect(StatusCode::OK);
    assert_eq!(saga.at("/state"), "COMPENSATING");
    let line = saga.json["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["title"] == "operator: retry")
        .unwrap();
    let detail = line["detail"].as_str().unwrap();
    assert!(
        detail.contains(&shop.admin.id.to_string()) && detail.contains("warehouse says so"),
        "{detail}"
    );
    shop.settle().await;
    assert_eq!(shop.last::<ReleaseStock>(id).saga.attempt, before + 1);
    shop.release(id).await;
    assert_eq!(shop.status(id).await, "CANCELLED");
}

#[tokio::test]
async fn a_compensation_done_by_hand_is_skipped() {
    let (shop, id) = stuck().await;
    intervene(&shop, id, "skip").await.expect(StatusCode::OK);
    assert_eq!(shop.status(id).await, "CANCELLED");
}

#[tokio::test]
async fn a_running_saga_is_turned_back_on_demand() {
    let shop = Shop::open().await;
    let id = shop.place_and_pay().await;
    let saga = intervene(&shop, id, "compensate")
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (saga.at("/state"), saga.at("/orderStatus")),
        (&json!("COMPENSATING"), &json!("CANCELLING"))
    );
    shop.settle().await;
    shop.undo_delivery(id).await;
    shop.sent_once::<RefundPayment>();
}

#[tokio::test]
async fn a_fact_that_never_came_is_taken_as_happened() {
    let shop = Shop::open().await;
    let id = shop.place_and_assign().await;
    intervene(&shop, id, "force-forward")
        .await
        .expect(StatusCode::OK);
    assert_eq!(shop.status(id).await, "OUT_FOR_DELIVERY");
    intervene(&shop, id, "force-forward")
        .await
        .expect(StatusCode::OK);
    assert_eq!(shop.status(id).await, "DELIVERED");
}

#[tokio::test]
async fn what_would_break_an_invariant_is_refused_and_kept_in_the_log() {
    let shop = Shop::open().await;
    let id = shop.place_and_reserve().await;
    intervene(&shop, id, "retry")
        .await
        .expect_problem(StatusCode::CONFLICT, "NEEDS_NO_ATTENTION");
    intervene(&shop, id, "skip")
        .await
        .expect_problem(StatusCode::CONFLICT, "NOTHING_TO_SKIP");
    intervene(&shop, id, "force-forward")
        .await
        .expect_problem(StatusCode::CONFLICT, "NEEDS_NO_ATTENTION");
    assert_eq!(shop.status(id).await, "PLACED");
    assert!(
        titles(&shop.saga(id).await)
            .iter()
            .any(|title| title.starts_with("refused"))
    );
    shop.pay(id).await;
    shop.assign(id).await;
    shop.pick_up(id).await;
    intervene(&shop, id, "compensate")
        .await
        .expect_problem(StatusCode::CONFLICT, "ALREADY_DISPATCHED");
    shop.hand_over(id).await;
    intervene(&shop, id, "compensate")
        .await
        .expect_problem(StatusCode::CONFLICT, "SAGA_ENDED");
}

#[tokio::test]
async fn an_order_that_does_not_exist_has_no_saga() {
    let shop = Shop::open().await;
    let path = format!("/api/ops/sagas/{}", OrderId::new());
    shop.get(&path)
        .token(&shop.admin)
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    intervene(&shop, OrderId::new(), "retry")
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}
