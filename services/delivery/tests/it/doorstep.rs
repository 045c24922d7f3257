//! What is said at the door: proof, codes, cash, and why it came back.

use delivery_service::Config;
use http::{Method, StatusCode};
use revcart_testkit::{Actor, Reply, Stub, TestService};
use serde_json::{Value, json};
use shared_events::{DeliveryCompleted, DeliveryFailed, OrderId};

use crate::world::{self, MAINLAND};

async fn say(delivery: &TestService, by: &Actor, order: OrderId, body: Value) -> Reply {
    let path = format!("/api/delivery/{order}/status");
    delivery.put(&path).token(by).json(&body).await
}

fn handed_over(kind: &str, value: &str) -> Value {
    json!({ "status": "DELIVERED", "proof": { "kind": kind, "value": value } })
}

async fn strict(rule: &str) -> TestService {
    let proof = rule.parse().unwrap();
    let config = Config {
        proof,
        ..Config::for_testing()
    };
    world::configured(config).await
}

/// The code, as the admin sees it.
async fn code(delivery: &TestService, order: OrderId) -> String {
    let path = format!("/api/delivery/order/{order}");
    let seen = delivery.get(&path).token(&delivery.admin).await;
    let code = seen.at("/handoverCode").as_str().unwrap().to_owned();
    assert!(code.len() == 6 && code.bytes().all(|it| it.is_ascii_digit()));
    code
}

fn another(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

#[tokio::test]
async fn shopper_sees_the_code_and_the_agent_does_not() {
    let orders = Stub::new();
    let delivery = world::beside(&orders).await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    world::belongs_to(&orders, order, delivery.customer.id);
    let code = code(&delivery, order).await;
    for way in ["order", "tracking"] {
        let path = format!("/api/delivery/{way}/{order}");
        let seen = delivery.get(&path).token(&delivery.customer).await;
        assert_eq!(seen.at("/handoverCode"), &json!(code), "{way}");
        let seen = delivery.get(&path).token(&login).await;
        assert!(!seen.text().contains("handoverCode"), "{way}");
    }
    let list = delivery.get("/api/delivery/agent/me/orders").token(&login);
    assert!(!list.await.text().contains(&code));
    let right = say(&delivery, &login, order, handed_over("code", &code)).await;
    let right = right.expect(StatusCode::OK);
    assert_eq!(right.at("/statusHistory/2/proof/kind"), "code");
    let path = format!("/api/delivery/order/{order}");
    let seen = delivery.get(&path).token(&delivery.customer).await;
    assert_eq!(seen.at("/handoverCode"), &json!(null), "it was used");
}

#[tokio::test]
async fn wrong_codes_are_refused_and_soon_all_are() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    let code = code(&delivery, order).await;
    for _ in 0..5 {
        let wrong = handed_over("code", another(&code));
        let reply = say(&delivery, &login, order, wrong).await;
        reply.expect_problem(StatusCode::CONFLICT, "WRONG_CODE");
    }
    let reply = say(&delivery, &login, order, handed_over("code", &code)).await;
    reply.expect_problem(StatusCode::CONFLICT, "CODE_LOCKED");
    let reply = say(&delivery, &login, order, handed_over("signature", "A")).await;
    reply.expect(StatusCode::OK);
    delivery.settle().await;
    delivery.published_once::<DeliveryCompleted>();
}

#[tokio::test]
async fn proof_is_needed_where_the_setting_says_so() {
    let delivery = strict("required").await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    let without = say(&delivery, &login, order, json!({ "status": "DELIVERED" })).await;
    without.expect_problem(StatusCode::CONFLICT, "PROOF_NEEDED");
    let with = handed_over("photo", "https://example.com/door.jpg");
    let with = say(&delivery, &login, order, with).await;
    let value = "/statusHistory/2/proof/value";
    assert_eq!(
        with.expect(StatusCode::OK).at(value),
        "https://example.com/door.jpg"
    );
    let again = say(&delivery, &login, order, json!({ "status": "DELIVERED" })).await;
    again.expect(StatusCode::OK);
}

#[tokio::test]
async fn where_only_the_code_counts_an_admin_may_do_without() {
    let delivery = strict("code").await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    for report in [json!({ "status": "DELIVERED" }), handed_over("note", "me")] {
        let reply = say(&delivery, &login, order, report).await;
        reply.expect_problem(StatusCode::CONFLICT, "CODE_NEEDED");
    }
    let by_hand = json!({ "status": "DELIVERED", "note": "on the telephone" });
    let reply = say(&delivery, &delivery.admin, order, by_hand).await;
    reply.expect(StatusCode::OK);
}

#[tokio::test]
async fn agent_confirms_the_cash_that_was_due_and_no_other() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = OrderId::new();
    delivery.deliver(world::assign_cash(order, 44_700)).await;
    delivery.settle().await;
    let picked_up = world::report(&delivery, &login, order, "PICKED_UP").await;
    picked_up.expect(StatusCode::OK);
    let taken = |amount: &str, currency: &str| json!({ "status": "DELIVERED", "collected": { "amount": amount, "currency": currency } });
    for (amount, currency) in [("400.00", "INR"), ("447.01", "INR"), ("447.00", "USD")] {
        let reply = say(&delivery, &login, order, taken(amount, currency)).await;
        let reply = reply.expect_problem(StatusCode::CONFLICT, "AMOUNT_NOT_DUE");
        assert_eq!(reply.at("/collect/amount"), "447.00");
    }
    let reply = say(&delivery, &login, order, taken("447.00", "INR")).await;
    let reply = reply.expect(StatusCode::OK);
    assert_eq!(reply.at("/collected/amount"), "447.00");
    delivery.settle().await;
    let completed = delivery.published_once::<DeliveryCompleted>();
    assert_eq!(completed.collected.unwrap().minor(), 44_700);
}

#[tokio::test]
async fn cash_is_not_taken_for_what_was_paid() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    let body =
        json!({ "status": "DELIVERED", "collected": { "amount": "1.00", "currency": "INR" } });
    let reply = say(&delivery, &login, order, body).await;
    reply.expect_problem(StatusCode::CONFLICT, "AMOUNT_NOT_DUE");
}

#[tokio::test]
async fn reason_is_told_and_kept() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    let senseless = json!({ "status": "DELIVERED", "reason": "REFUSED" });
    let reply = say(&delivery, &login, order, senseless).await;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let reply = reply.expect_problem(status, "VALIDATION_FAILED");
    assert_eq!(reply.at("/errors/0/field"), "reason");
    let body = json!({ "status": "FAILED", "reason": "NOBODY_HOME", "note": "rang twice" });
    let reply = say(&delivery, &login, order, body).await;
    let reply = reply.expect(StatusCode::OK);
    assert_eq!(reply.at("/statusHistory/2/reason"), "NOBODY_HOME");
    assert_eq!(reply.at("/statusHistory/2/note"), "rang twice");
    delivery.settle().await;
    assert_eq!(
        delivery.published_once::<DeliveryFailed>().reason,
        "NOBODY_HOME"
    );
}

#[tokio::test]
async fn code_and_place_outlive_another_attempt() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    let first = code(&delivery, order).await;
    let place = json!({ "latitude": 18.5, "longitude": 73.8 });
    let path = format!("/api/delivery/{order}/location");
    let located = delivery.put(&path).token(&login).json(&place).await;
    assert_eq!(located.expect(StatusCode::OK).at("/location"), &place);
    world::report(&delivery, &login, order, "FAILED")
        .await
        .expect(StatusCode::OK);
    delivery.deliver(world::assign_again(order, 2)).await;
    delivery.settle().await;
    assert_eq!(code(&delivery, order).await, first);
    let path = format!("/api/delivery/order/{order}");
    let seen = delivery.get(&path).token(&delivery.admin).await;
    assert_eq!(seen.at("/location"), &place);
}

#[tokio::test]
async fn place_of_an_address_is_said_by_those_who_go_there() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let (_, other) = world::hire(&delivery, None).await;
    let place = json!({ "latitude": 18.5, "longitude": 73.8 });
    let path = format!("/api/delivery/{order}/location");
    let locate = |who: &Actor| delivery.call(Method::PUT, &path).token(who).json(&place);
    locate(&other)
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    for who in [&login, &delivery.admin] {
        locate(who).await.expect(StatusCode::OK);
    }
    let tombstone = OrderId::new();
    delivery.deliver(world::cancel(tombstone, 1)).await;
    delivery.settle().await;
    let path = format!("/api/delivery/{tombstone}/location");
    let call = delivery.put(&path).token(&delivery.admin).json(&place);
    call.await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}
