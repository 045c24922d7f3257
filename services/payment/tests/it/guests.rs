//! Guests pay with the token of their order, and see that one only.

use std::time::Duration;

use http::StatusCode;
use revcart_testkit::{Call, TestService};
use serde_json::json;
use shared_events::{OrderId, PaymentCompleted, PaymentMethod, RequestPayment, Service};

use crate::gateways::stall::{stripe_line, with_stripe};
use crate::world;

fn token(payment: &TestService, order: OrderId) -> String {
    let signer = payment.keys().service_tokens(Service::Order);
    signer.guest(order, Duration::from_secs(3600))
}

async fn ordered(payment: &TestService) -> OrderId {
    let request = RequestPayment {
        user_id: None,
        method: PaymentMethod::Stripe,
        ..world::request(payment, None)
    };
    payment.deliver(request.clone()).await;
    payment.settle().await;
    request.order_id
}

fn show(payment: &TestService, order: OrderId) -> Call {
    payment.get(&format!("/api/payments/order/{order}"))
}

#[tokio::test]
async fn guest_sees_the_payment_of_the_order_and_how_to_go_on() {
    let (stripe, line) = stripe_line().await;
    let payment = world::start_with(with_stripe(&line.url)).await;
    let order = ordered(&payment).await;
    let guest = token(&payment, order);
    let shown = show(&payment, order)
        .token(&guest)
        .await
        .expect(StatusCode::OK);
    assert_eq!(shown.at("/nextAction/kind"), "confirm");
    assert!(shown.at("/nextAction/clientSecret").is_string());
    stripe.page(&order.to_string(), "pm_card_visa");
    let verify = payment.post("/api/payments/verify").token(&guest);
    let reply = verify.json(&json!({ "orderId": order })).await;
    assert_eq!(reply.expect(StatusCode::OK).at("/status"), "COMPLETED");
    payment.settle().await;
    assert_eq!(payment.published_once::<PaymentCompleted>().user_id, None);
    let initiate = payment.post("/api/payments/initiate").token(&guest);
    let reply = initiate
        .idempotency_key("one")
        .json(&json!({ "orderId": order }))
        .await;
    reply.expect_problem(StatusCode::CONFLICT, "ALREADY_PAID");
}

#[tokio::test]
async fn payments_of_others_do_not_exist_for_a_guest() {
    let (_stripe, line) = stripe_line().await;
    let payment = world::start_with(with_stripe(&line.url)).await;
    let (own, others) = (ordered(&payment).await, ordered(&payment).await);
    let of_a_user = world::paid(&payment).await;
    for order in [others, of_a_user] {
        let body = json!({ "orderId": order });
        let guest = token(&payment, own);
        let calls = [
            show(&payment, order).token(&guest),
            payment
                .post("/api/payments/verify")
                .token(&guest)
                .json(&body),
            payment
                .post("/api/payments/initiate")
                .token(&guest)
                .idempotency_key("one")
                .json(&body),
        ];
        for call in calls {
            call.await
                .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        }
    }
    // Whoever has an account has their own orders, and the token of a user's order opens nothing.
    let shown = show(&payment, own).token(&payment.customer).await;
    shown.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let forged = token(&payment, of_a_user);
    let shown = show(&payment, of_a_user).token(&forged).await;
    shown.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn guest_may_do_nothing_else() {
    let payment = world::start().await;
    let guest = token(&payment, OrderId::new());
    let body = json!({ "orderId": OrderId::new(), "reason": "because" });
    for path in ["refund", "capture", "dummy"] {
        let call = payment.post(&format!("/api/payments/{path}")).token(&guest);
        let reply = call.idempotency_key("one").json(&body).await;
        reply.expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    }
    for path in ["history", "settlements?date=2026-01-05"] {
        let reply = payment
            .get(&format!("/api/payments/{path}"))
            .token(&guest)
            .await;
        reply.expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    }
}
