use std::time::Duration;

use http::StatusCode;
use payment_service::trace;
use serde_json::json;
use shared_events::{OrderId, Service};

use crate::world::{self, request};

#[tokio::test]
async fn the_trace_of_an_order_tells_what_gateways_were_asked_and_when() {
    let payment = world::start().await;
    let request = request(&payment, Some("tok_fail_once"));
    let began = payment.now();
    payment.deliver(request.clone()).await;
    payment.settle().await;
    payment.advance(Duration::from_secs(1)).await;

    let path = format!("/internal/trace/{}", request.order_id);
    let reply = payment
        .get(&path)
        .token(payment.token_of(Service::Analytics));
    let reply = reply.await.expect(StatusCode::OK);
    let records: Vec<trace::Record> = serde_json::from_value(reply.at("/records").clone()).unwrap();
    let titles: Vec<_> = records.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(
        titles,
        ["charge: error", "look-up: absent", "charge: captured"]
    );
    assert_eq!(records[0].at, began);
    assert_eq!(records[1].at, began + Duration::from_secs(1));
    assert!(records[0].detail.contains(":charge:1"), "{:?}", records[0]);
    assert_eq!(records[0].service, "payment-service");
    assert!(!reply.text().contains("tok_"));
}

#[tokio::test]
async fn the_trace_tells_who_gave_money_back_by_hand_and_why() {
    let payment = world::start().await;
    let order = world::paid(&payment).await;
    payment.clock().advance(Duration::from_secs(60));
    let body = json!({ "orderId": order, "reason": "one was broken" });
    let call = payment.post("/api/payments/refund").token(&payment.admin);
    let reply = call.idempotency_key("one").json(&body).await;
    reply.expect(StatusCode::ACCEPTED);
    payment.settle().await;
    let records = trace::of_order(payment.database(), order).await.unwrap();
    let titles: Vec<_> = records.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(
        titles,
        ["charge: captured", "refund by hand", "refund: refunded"]
    );
    let who = format!("by user:{}: one was broken", payment.admin.id);
    assert_eq!(records[1].detail, who);
}

#[tokio::test]
async fn nothing_is_on_record_of_an_order_that_nobody_has_heard_of() {
    let payment = world::start().await;
    let records = trace::of_order(payment.database(), OrderId::new()).await;
    assert_eq!(records.unwrap(), []);
}

#[tokio::test]
async fn gateway_calls_and_failures_are_measured() {
    let payment = world::start().await;
    payment
        .deliver(request(&payment, Some("tok_declined")))
        .await;
    payment.settle().await;
    let metrics = payment.get("/metrics").await.expect(StatusCode::OK).text();
    for expected in [
        "payment_gateway_duration_seconds",
        "operation=\"charge\"",
        "payment_failures_total{reason=\"DECLINED\"}",
    ] {
        assert!(metrics.contains(expected), "{expected} in {metrics}");
    }
}
