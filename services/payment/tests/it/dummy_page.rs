use std::time::Duration;

use http::StatusCode;
use revcart_testkit::{Call, TestService};
use serde_json::json;
use shared_events::{OrderId, PaymentCompleted, PaymentFailed, PaymentInitiated, reasons};

use crate::world::{self, PATIENCE, calls, request};

/// An order whose payment waits on the gateway's page.
async fn on_page(payment: &TestService) -> OrderId {
    let request = request(payment, Some("tok_page"));
    payment.deliver(request.clone()).await;
    payment.settle().await;
    request.order_id
}

fn press(payment: &TestService, order: OrderId, action: &str) -> Call {
    let call = payment.post("/api/payments/dummy").token(&payment.customer);
    call.json(&json!({ "orderId": order, "action": action }))
}

#[tokio::test]
async fn shopper_is_sent_to_the_page_and_pays_there() {
    let payment = world::start().await;
    let order = on_page(&payment).await;
    let initiated = payment.published_once::<PaymentInitiated>();
    assert_eq!(initiated.next_action.unwrap().kind, "redirect");
    let shown = world::show(&payment, order).await;
    assert_eq!(shown.at("/status"), "PENDING");
    assert_eq!(shown.at("/nextAction/kind"), "redirect");

    let reply = press(&payment, order, "complete").await;
    let reply = reply.expect(StatusCode::OK);
    assert_eq!(reply.at("/status"), "COMPLETED");
    assert_eq!(reply.at("/nextAction"), &json!(null));
    payment.settle().await;
    payment.published_once::<PaymentCompleted>();
    let again = press(&payment, order, "complete").await;
    again.expect_problem(StatusCode::CONFLICT, "PAGE_NOT_OPEN");
}

#[tokio::test]
async fn webhook_that_is_lost_is_made_up_for_by_asking() {
    let payment = world::start().await;
    let order = on_page(&payment).await;
    world::execute(&payment, "UPDATE dummy_ledger SET status = 'CAPTURED'")
        .await
        .unwrap();
    payment.advance(Duration::from_secs(1)).await;
    payment.published_once::<PaymentCompleted>();
    assert_eq!(
        calls(&payment, order).await,
        ["charge waiting", "look-up captured"]
    );
}

#[tokio::test]
async fn payer_has_the_gateway_asked_at_once() {
    let payment = world::start().await;
    let order = on_page(&payment).await;
    world::execute(&payment, "UPDATE dummy_ledger SET status = 'CAPTURED'")
        .await
        .unwrap();
    let verify = || {
        let call = payment.post("/api/payments/verify");
        call.json(&json!({ "orderId": order }))
    };
    let reply = verify().token(&payment.customer).await;
    assert_eq!(reply.expect(StatusCode::OK).at("/status"), "COMPLETED");
    let reply = verify().token(&payment.customer).await;
    assert_eq!(reply.expect(StatusCode::OK).at("/status"), "COMPLETED");
    assert_eq!(calls(&payment, order).await.len(), 2);
    let foreign = verify().token(&payment.other_customer).await;
    foreign.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    payment.settle().await;
    payment.published_once::<PaymentCompleted>();
}

#[tokio::test]
async fn decline_of_a_token_given_at_checkout_is_final_on_the_page_too() {
    let payment = world::start().await;
    let order = on_page(&payment).await;
    press(&payment, order, "decline")
        .await
        .expect(StatusCode::OK);
    payment.settle().await;
    assert!(payment.published_once::<PaymentFailed>().is_final);
}

#[tokio::test]
async fn after_a_decline_that_is_not_final_the_shopper_tries_again() {
    let payment = world::start().await;
    let order = on_page(&payment).await;
    // As if the shopper had been sent to the page without a token.
    let sql =
        "UPDATE payments SET course = replace(course, '\"isFinal\":true', '\"isFinal\":false')";
    world::execute(&payment, sql).await.unwrap();
    press(&payment, order, "decline")
        .await
        .expect(StatusCode::OK);
    payment.settle().await;
    let failed = payment.published_once::<PaymentFailed>();
    assert!(!failed.is_final);

    let initiate = |key: &str| {
        let call = payment.post("/api/payments/initiate");
        let call = call.token(&payment.customer).idempotency_key(key);
        call.json(&json!({ "orderId": order, "paymentToken": "tok_ok" }))
    };
    let first = initiate("one").await.expect(StatusCode::ACCEPTED);
    assert_eq!(first.at("/status"), "PENDING");
    let again = initiate("one").await.expect(StatusCode::ACCEPTED);
    assert_eq!(again.json, first.json);
    payment.settle().await;
    payment.published_once::<PaymentCompleted>();
    assert_eq!(
        calls(&payment, order).await,
        ["charge waiting", "look-up declined", "charge captured"]
    );
    let paid = initiate("two").await;
    paid.expect_problem(StatusCode::CONFLICT, "ALREADY_PAID");
}

#[tokio::test]
async fn decline_that_nobody_tries_again_after_expires() {
    let payment = world::start().await;
    let order = on_page(&payment).await;
    let sql =
        "UPDATE payments SET course = replace(course, '\"isFinal\":true', '\"isFinal\":false')";
    world::execute(&payment, sql).await.unwrap();
    press(&payment, order, "decline")
        .await
        .expect(StatusCode::OK);
    payment.settle().await;
    payment.forget();
    payment.advance(PATIENCE).await;
    let failed = payment.published_once::<PaymentFailed>();
    assert_eq!(
        (failed.reason.as_str(), failed.is_final),
        (reasons::EXPIRED, true)
    );
}

#[tokio::test]
async fn page_that_nobody_fills_in_expires() {
    let payment = world::start().await;
    let order = on_page(&payment).await;
    payment.advance(PATIENCE).await;
    assert_eq!(
        payment.published_once::<PaymentFailed>().reason,
        reasons::EXPIRED
    );
    assert_eq!(calls(&payment, order).await.last().unwrap(), "cancel void");
}

#[tokio::test]
async fn page_is_not_there_without_its_gateway() {
    let mut config = payment_service::Config::for_testing();
    config.dummy = false;
    let payment = world::start_with(config).await;
    let reply = press(&payment, OrderId::new(), "complete").await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let methods = payment.get("/api/payments/methods").await;
    assert_eq!(methods.at("/items/0/method"), "COD");
    assert_eq!(methods.at("/items/1"), &json!(null));
}

#[tokio::test]
async fn button_is_pressed_by_the_payer_and_admins_only() {
    let payment = world::start().await;
    let order = on_page(&payment).await;
    let body = json!({ "orderId": order, "action": "complete" });
    for stranger in [&payment.other_customer, &payment.agent] {
        let reply = payment.post("/api/payments/dummy").token(stranger);
        let reply = reply.json(&body).await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    let cash = world::cash(&payment);
    payment.deliver(cash.clone()).await;
    payment.settle().await;
    let reply = press(&payment, cash.order_id, "complete").await;
    reply.expect_problem(StatusCode::CONFLICT, "PAGE_NOT_OPEN");
    let reply = payment.post("/api/payments/dummy").token(&payment.admin);
    reply.json(&body).await.expect(StatusCode::OK);
}
