//! Coupons on hold for orders.

use std::time::Duration;

use http::StatusCode;
use revcart_testkit::{Actor, Reply, TestService};
use serde_json::{Value, json};
use shared_events::{
    AnyMessage, CancelledBy, CartId, Money, OrderCancelled, OrderId, OrderPlaced, Role, Service,
    samples,
};

use crate::catalogue::{money, rupees, start};
use crate::coupons::make;

/// How long a coupon waits for its order to be placed.
const HELD: Duration = Duration::from_secs(24 * 60 * 60);
const MINUTE: Duration = Duration::from_secs(60);

/// Takes a coupon for an order as order-service does.
async fn put(service: &TestService, order: OrderId, body: &Value) -> Reply {
    service
        .put(&format!("/internal/coupons/holds/{order}"))
        .token(service.token_of(Service::Order))
        .json(body)
        .await
}

fn of_user(code: &str, who: &Actor) -> Value {
    json!({"code": code, "cartId": who.id, "userId": who.id, "email": null, "subtotal": money(100_000)})
}

/// Takes a coupon for a new order of somebody.
pub(crate) async fn take(service: &TestService, code: &str, who: &Actor) -> Reply {
    put(service, OrderId::new(), &of_user(code, who)).await
}

pub(crate) async fn taken(service: &TestService, code: &str) -> u64 {
    let path = format!("/api/coupons/{code}");
    let coupon = service.get(&path).token(&service.admin).await;
    coupon.at("/taken").as_u64().unwrap()
}

fn placed(order_id: OrderId, discount: Money) -> OrderPlaced {
    let Some(AnyMessage::OrderPlaced(sample)) = samples::find("OrderPlaced") else {
        panic!("there is a sample");
    };
    OrderPlaced {
        order_id,
        discount,
        ..sample
    }
}

fn cancelled(order_id: OrderId) -> OrderCancelled {
    OrderCancelled {
        order_id,
        order_number: "RC-1".into(),
        user_id: None,
        reason: "OUT_OF_STOCK".into(),
        cancelled_by: CancelledBy::Saga,
        refunded: None,
        aggregate_version: 3,
    }
}

#[tokio::test]
async fn an_order_gets_the_terms_of_its_coupon_and_the_same_again() {
    let (service, _) = start().await;
    make(&service, "TEN", json!({"total": 1, "minimum": money(500)})).await;
    let order = OrderId::new();
    let body = of_user("ten", &service.customer);
    let first = put(&service, order, &body).await.expect(StatusCode::OK);
    let expected = json!({"coupon": {"code": "TEN", "off": {"percentage": {"basisPoints": 1000}}, "minimum": money(500)}});
    assert_eq!(first.json, expected);
    let again = put(&service, order, &body).await.expect(StatusCode::OK);
    assert_eq!(again.json, expected);
    assert_eq!(taken(&service, "TEN").await, 1);
    make(&service, "OTHER", json!({})).await;
    let other = put(&service, order, &of_user("OTHER", &service.customer)).await;
    other.expect_problem(StatusCode::CONFLICT, "OTHER_COUPON");
}

#[tokio::test]
async fn limits_count_by_shopper_and_over_all_whoever_they_are() {
    let (service, _) = start().await;
    make(&service, "TWICE", json!({"perUser": 2, "total": 5})).await;
    let used_up =
        |reply: Reply| reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "COUPON_USED_UP");
    for _ in 0..2 {
        take(&service, "TWICE", &service.customer)
            .await
            .expect(StatusCode::OK);
    }
    used_up(take(&service, "TWICE", &service.customer).await);
    let guest = |email: &str| json!({"code": "TWICE", "cartId": CartId::new(), "email": email, "subtotal": money(1000)});
    for email in ["asha@example.com", "ASHA@example.com"] {
        put(&service, OrderId::new(), &guest(email))
            .await
            .expect(StatusCode::OK);
    }
    used_up(put(&service, OrderId::new(), &guest("Asha@Example.com")).await);
    put(&service, OrderId::new(), &guest("ravi@example.com"))
        .await
        .expect(StatusCode::OK);
    used_up(take(&service, "TWICE", &service.other_customer).await);
    let lower = json!({"kind": "PERCENTAGE", "value": "10", "total": 4});
    let lower = service
        .put("/api/coupons/TWICE")
        .token(&service.admin)
        .json(&lower)
        .await;
    lower.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    let gone = service
        .delete("/api/coupons/TWICE")
        .token(&service.admin)
        .await;
    gone.expect_problem(StatusCode::CONFLICT, "COUPON_IN_USE");
}

#[tokio::test]
async fn what_was_given_back_may_be_taken_again() {
    let (service, _) = start().await;
    make(&service, "ONCE", json!({"perUser": 1, "total": 1})).await;
    let order = OrderId::new();
    put(&service, order, &of_user("ONCE", &service.customer))
        .await
        .expect(StatusCode::OK);
    for _ in 0..2 {
        let path = format!("/internal/coupons/holds/{order}");
        let gone = service
            .delete(&path)
            .token(service.token_of(Service::Order))
            .await;
        gone.expect(StatusCode::NO_CONTENT);
        assert_eq!(taken(&service, "ONCE").await, 0);
    }
    take(&service, "ONCE", &service.customer)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn a_hold_runs_out_unless_the_order_is_placed() {
    let (service, _) = start().await;
    make(&service, "TEN", json!({})).await;
    let (kept, lost, free) = (OrderId::new(), OrderId::new(), OrderId::new());
    for order in [kept, lost, free] {
        put(&service, order, &of_user("TEN", &service.customer))
            .await
            .expect(StatusCode::OK);
    }
    service.deliver(placed(kept, rupees(100))).await;
    service.deliver(placed(free, rupees(0))).await;
    service.settle().await;
    service.advance(HELD - MINUTE).await;
    assert_eq!(taken(&service, "TEN").await, 3);
    service.advance(MINUTE).await;
    assert_eq!(taken(&service, "TEN").await, 1);
    let path = format!("/internal/coupons/holds/{kept}");
    let reply = service
        .delete(&path)
        .token(service.token_of(Service::Order))
        .await;
    reply.expect(StatusCode::NO_CONTENT);
    assert_eq!(taken(&service, "TEN").await, 1, "what is used stays used");
}

#[tokio::test]
async fn an_order_that_is_placed_hours_late_finds_its_hold() {
    let (service, _) = start().await;
    make(&service, "LAST", json!({"total": 1})).await;
    let order = OrderId::new();
    put(&service, order, &of_user("LAST", &service.customer))
        .await
        .expect(StatusCode::OK);
    service.advance(HELD - MINUTE).await;
    let reply = take(&service, "LAST", &service.other_customer).await;
    reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "COUPON_USED_UP");
    service.deliver(placed(order, rupees(100))).await;
    service.settle().await;
    service.advance(HELD).await;
    assert_eq!(taken(&service, "LAST").await, 1);
}

#[tokio::test]
async fn a_cancelled_order_gives_its_coupon_back_once() {
    let (service, _) = start().await;
    make(&service, "TEN", json!({})).await;
    let (one, other) = (OrderId::new(), OrderId::new());
    for order in [one, other] {
        put(&service, order, &of_user("TEN", &service.customer))
            .await
            .expect(StatusCode::OK);
        service.deliver(placed(order, rupees(100))).await;
    }
    service.deliver(cancelled(one)).await;
    service.deliver(cancelled(one)).await;
    service.deliver(cancelled(OrderId::new())).await;
    service.settle().await;
    assert_eq!(taken(&service, "TEN").await, 1);
    service.deliver(cancelled(one)).await;
    service.settle().await;
    assert_eq!(taken(&service, "TEN").await, 1);
}

#[tokio::test]
async fn more_holds_than_fit_one_transaction_all_run_out() {
    let (service, _) = start().await;
    make(&service, "TEN", json!({"perUser": 1})).await;
    for _ in 0..120 {
        let who = service.keys().actor(Role::Customer);
        take(&service, "TEN", &who).await.expect(StatusCode::OK);
    }
    service.advance(HELD).await;
    assert_eq!(taken(&service, "TEN").await, 0);
}

#[tokio::test]
async fn orders_are_told_why_a_coupon_is_of_no_use() {
    let (service, _) = start().await;
    make(&service, "MUCH", json!({"minimum": money(100_001)})).await;
    make(
        &service,
        "OVER",
        json!({"validUntil": "2000-01-01T00:00:00Z"}),
    )
    .await;
    for (code, problem) in [
        ("MUCH", "COUPON_BELOW_MINIMUM"),
        ("OVER", "COUPON_EXPIRED"),
        ("NONE", "UNKNOWN_COUPON"),
        ("?", "UNKNOWN_COUPON"),
    ] {
        let reply = take(&service, code, &service.customer).await;
        reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, problem);
    }
    let nobody = json!({"code": "MUCH", "cartId": CartId::new(), "subtotal": money(1)});
    let reply = put(&service, OrderId::new(), &nobody).await;
    reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    let reply = service
        .put(&format!("/internal/coupons/holds/{}", OrderId::new()))
        .token(&service.admin)
        .json(&nobody)
        .await;
    reply.expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
}
