use std::time::Duration;

use http::StatusCode;
use payment_service::trace;
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
