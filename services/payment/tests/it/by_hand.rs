use http::StatusCode;
use revcart_testkit::{Call, TestService};
use serde_json::{Value, json};
use shared_events::{OrderId, RefundProcessed, Service};

use crate::world::{self, PRICE, figures, paid, refund, request, rupees};

fn give_back(payment: &TestService, order: OrderId, rupees: Option<i64>) -> Call {
    let mut body = json!({ "orderId": order, "reason": "one was broken" });
    if let Some(rupees) = rupees {
        body["amount"] = json!({ "amount": format!("{rupees}.00"), "currency": "INR" });
    }
    let call = payment.post("/api/payments/refund").token(&payment.admin);
    call.json(&body)
}

#[tokio::test]
async fn part_of_a_payment_goes_back_and_is_counted_as_given_by_hand() {
    let payment = world::start().await;
    let order = paid(&payment).await;
    let reply = give_back(&payment, order, Some(100)).idempotency_key("one");
    let reply = reply.await.expect(StatusCode::ACCEPTED);
    payment.settle().await;
    let refunded = payment.published_once::<RefundProcessed>();
    assert_eq!((refunded.amount, refunded.saga), (rupees(100), None));
    assert_eq!(reply.at("/refundId"), &json!(refunded.refund_id));
    assert_eq!(
        figures(&payment, order).await,
        ["COMPLETED", "499.00", "100.00"]
    );
    let facts = payment_service::audit::payment_of(payment.database(), order);
    let facts = facts.await.unwrap().unwrap();
    assert_eq!((facts.refunded, facts.manual_refunded), (10_000, 10_000));
}

#[tokio::test]
async fn repeated_request_gives_back_once() {
    let payment = world::start().await;
    let order = paid(&payment).await;
    let mut answers = Vec::new();
    for _ in 0..3 {
        let reply = give_back(&payment, order, Some(100)).idempotency_key("one");
        answers.push(reply.await.expect(StatusCode::ACCEPTED).json);
        payment.settle().await;
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    payment.published_once::<RefundProcessed>();
    let other = give_back(&payment, order, Some(200)).idempotency_key("one");
    other
        .await
        .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn never_more_goes_back_than_is_left() {
    let payment = world::start().await;
    let order = paid(&payment).await;
    let too_much = give_back(&payment, order, Some(500)).idempotency_key("zero");
    let refused = too_much
        .await
        .expect_problem(StatusCode::CONFLICT, "REFUND_TOO_LARGE");
    assert_eq!(refused.at("/available/amount"), "499.00");
    let part = give_back(&payment, order, Some(300)).idempotency_key("one");
    part.await.expect(StatusCode::ACCEPTED);
    // The first one is not made yet, and counts all the same.
    let more = give_back(&payment, order, Some(200)).idempotency_key("two");
    more.await
        .expect_problem(StatusCode::CONFLICT, "REFUND_TOO_LARGE");
    let rest = give_back(&payment, order, None).idempotency_key("three");
    let rest = rest.await.expect(StatusCode::ACCEPTED);
    assert_eq!(rest.at("/amount/amount"), "199.00");
    payment.settle().await;
    assert_eq!(
        figures(&payment, order).await,
        ["COMPLETED", "499.00", "499.00"]
    );
    let nothing_left = give_back(&payment, order, None).idempotency_key("four");
    nothing_left
        .await
        .expect_problem(StatusCode::CONFLICT, "REFUND_TOO_LARGE");
}

#[tokio::test]
async fn saga_gives_back_what_was_not_given_back_by_hand() {
    let payment = world::start().await;
    let order = paid(&payment).await;
    let part = give_back(&payment, order, Some(99)).idempotency_key("one");
    part.await.expect(StatusCode::ACCEPTED);
    payment.deliver(refund(order)).await;
    payment.settle().await;
    let refunds = payment.published::<RefundProcessed>();
    let amounts: Vec<_> = refunds.iter().map(|refund| refund.amount).collect();
    assert_eq!(amounts, [rupees(99), rupees(400)]);
    assert_eq!(
        figures(&payment, order).await,
        ["REFUNDED", "499.00", "499.00"]
    );
}

#[tokio::test]
async fn payment_that_its_saga_decides_about_is_not_refunded_by_hand() {
    let payment = world::start().await;
    let open = request(&payment, Some("tok_hang"));
    let promised = world::cash(&payment);
    let closed = paid(&payment).await;
    let failed = request(&payment, Some("tok_declined"));
    for command in [&open, &promised, &failed] {
        payment.deliver(command.clone()).await;
    }
    payment.deliver(refund(closed)).await;
    payment.settle().await;
    for (order, code) in [
        (open.order_id, "OWNED_BY_SAGA"),
        (promised.order_id, "OWNED_BY_SAGA"),
        (closed, "PAYMENT_CLOSED"),
        (failed.order_id, "PAYMENT_CLOSED"),
    ] {
        let key = order.to_string();
        let reply = give_back(&payment, order, Some(1)).idempotency_key(&key);
        reply.await.expect_problem(StatusCode::CONFLICT, code);
    }
    let unheard = give_back(&payment, OrderId::new(), Some(1)).idempotency_key("u");
    unheard
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn services_refund_and_capture_too() {
    let payment = world::start().await;
    let order = paid(&payment).await;
    let token = payment.token_of(Service::Order);
    let body: Value = json!({ "orderId": order, "reason": "test" });
    let reply = payment.post("/api/payments/refund").token(&token);
    let reply = reply.idempotency_key("s").json(&body).await;
    reply.expect(StatusCode::ACCEPTED);
    let reply = payment.post("/api/payments/capture").token(&token);
    let reply = reply
        .idempotency_key("s")
        .json(&json!({ "orderId": order }))
        .await;
    reply.expect_problem(StatusCode::CONFLICT, "ALREADY_PAID");
    payment.settle().await;
    assert_eq!(payment.published_once::<RefundProcessed>().amount, PRICE);
}

#[tokio::test]
async fn payment_in_hand_is_neither_begun_again_nor_captured_by_hand() {
    let payment = world::start().await;
    let open = request(&payment, Some("tok_hang"));
    payment.deliver(open.clone()).await;
    payment.settle().await;
    let body = json!({ "orderId": open.order_id });
    let initiate = payment
        .post("/api/payments/initiate")
        .token(&payment.customer);
    let reply = initiate.idempotency_key("i").json(&body).await;
    assert_eq!(reply.expect(StatusCode::ACCEPTED).at("/status"), "PENDING");
    let capture = payment.post("/api/payments/capture").token(&payment.admin);
    let reply = capture.idempotency_key("c").json(&body).await;
    reply.expect_problem(StatusCode::CONFLICT, "NOTHING_TO_CAPTURE");
    payment.settle().await;
    assert_eq!(world::calls(&payment, open.order_id).await.len(), 0);
}
