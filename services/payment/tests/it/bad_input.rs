use http::StatusCode;
use revcart_testkit::bad_input::{refuses_bad_bodies, refuses_value};
use revcart_testkit::{Call, TestService};
use serde_json::{Value, json};
use shared_events::{OrderId, PaymentId};

use crate::world::{self, figures, paid};

/// Every route that takes a body, with one that it accepts.
fn bodies(order: OrderId) -> Vec<(&'static str, Value)> {
    let amount = json!({ "amount": "1.00", "currency": "INR" });
    vec![
        (
            "/api/payments/initiate",
            json!({ "orderId": order, "paymentToken": "tok_ok" }),
        ),
        ("/api/payments/capture", json!({ "orderId": order })),
        (
            "/api/payments/verify",
            json!({ "orderId": order, "razorpayPaymentId": "pay_1", "razorpayOrderId": "order_1", "razorpaySignature": "00" }),
        ),
        (
            "/api/payments/refund",
            json!({ "orderId": order, "amount": amount, "reason": "broken" }),
        ),
        (
            "/api/payments/dummy",
            json!({ "orderId": order, "action": "complete" }),
        ),
    ]
}

fn post(payment: &TestService, path: &str) -> Call {
    let call = payment.post(path).token(&payment.admin);
    call.idempotency_key(&PaymentId::new().to_string())
}

#[tokio::test]
async fn every_body_is_refused_for_what_is_wrong_with_it() {
    let payment = world::start().await;
    for (path, good) in bodies(OrderId::new()) {
        refuses_bad_bodies(|| post(&payment, path), &good).await;
    }
}

#[tokio::test]
async fn values_out_of_bounds_are_refused_by_name() {
    let payment = world::start().await;
    let order = paid(&payment).await;
    let amount = |amount: &str, currency: &str| json!({ "amount": amount, "currency": currency });
    let long = "x".repeat(501);
    let cases = [
        ("/api/payments/initiate", "orderId", json!("seven")),
        ("/api/payments/initiate", "paymentToken", json!("")),
        ("/api/payments/initiate", "paymentToken", json!(long)),
        ("/api/payments/initiate", "paymentToken", json!("tok\0ok")),
        ("/api/payments/capture", "orderId", json!("seven")),
        ("/api/payments/verify", "orderId", json!(7)),
        ("/api/payments/refund", "amount", amount("0.00", "INR")),
        ("/api/payments/refund", "amount", amount("-1.00", "INR")),
        ("/api/payments/refund", "amount", amount("1.001", "INR")),
        ("/api/payments/refund", "amount", amount("1.00", "USD")),
        ("/api/payments/refund", "amount", json!(1)),
        ("/api/payments/refund", "reason", json!("  ")),
        ("/api/payments/refund", "reason", json!(long)),
        ("/api/payments/refund", "reason", json!("bro\0ken")),
        ("/api/payments/dummy", "action", json!("explode")),
    ];
    for (path, field, value) in cases {
        let bodies = bodies(order);
        let (_, good) = bodies.iter().find(|(it, _)| *it == path).unwrap();
        refuses_value(|| post(&payment, path), good, field, value).await;
    }
    assert_eq!(
        figures(&payment, order).await,
        ["COMPLETED", "499.00", "0.00"]
    );
}

#[tokio::test]
async fn payment_is_named_by_its_id_or_its_order_and_not_by_both() {
    let payment = world::start().await;
    let order = paid(&payment).await;
    for (path, good) in bodies(order) {
        if path.ends_with("/initiate") {
            continue;
        }
        let mut both = good.clone();
        both["paymentId"] = json!(PaymentId::new());
        let mut neither = good.clone();
        neither.as_object_mut().unwrap().remove("orderId");
        for body in [both, neither] {
            let reply = post(&payment, path).json(&body).await;
            reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
        }
    }
}

#[tokio::test]
async fn what_moves_money_needs_an_idempotency_key() {
    let payment = world::start().await;
    for (path, good) in bodies(OrderId::new()) {
        let reply = payment.post(path).token(&payment.admin).json(&good).await;
        if path.ends_with("/verify") || path.ends_with("/dummy") {
            reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        } else {
            reply.expect_problem(StatusCode::BAD_REQUEST, "IDEMPOTENCY_KEY_REQUIRED");
        }
    }
}

#[tokio::test]
async fn ids_that_are_none_name_nothing() {
    let payment = world::start().await;
    let unknown = PaymentId::new().to_string();
    for id in ["7", "null", "%00", unknown.as_str()] {
        for path in [
            format!("/api/payments/{id}"),
            format!("/api/payments/order/{id}"),
        ] {
            let reply = payment.get(&path).token(&payment.admin).await;
            reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        }
    }
    for (path, good) in bodies(OrderId::new()) {
        let reply = post(&payment, path).json(&good).await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
}

#[tokio::test]
async fn list_is_as_strict_as_bodies() {
    let payment = world::start().await;
    for query in ["limit=0", "limit=101", "limit=many"] {
        let path = format!("/api/payments/history?{query}");
        let reply = payment.get(&path).token(&payment.customer).await;
        reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    }
    for cursor in ["x", "e30", "bnVsbA"] {
        let path = format!("/api/payments/history?cursor={cursor}");
        let reply = payment.get(&path).token(&payment.customer).await;
        reply.expect_problem(StatusCode::BAD_REQUEST, "BAD_CURSOR");
    }
}
