use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use shared_events::{
    OrderId, PaymentAuthorized, PaymentCompleted, PaymentInitiated, PaymentMethod, RefundProcessed,
};

use crate::world::{self, PRICE, cash, delivered, figures, refund, request, rupees};

#[tokio::test]
async fn cash_is_promised_at_once_and_taken_at_the_door() {
    let payment = world::start().await;
    let request = cash(&payment);
    payment.deliver(request.clone()).await;
    payment.settle().await;
    let authorized = payment.published_once::<PaymentAuthorized>();
    assert_eq!(
        (authorized.amount, authorized.gateway, authorized.saga),
        (PRICE, PaymentMethod::Cod, Some(request.saga))
    );
    assert!(payment.published::<PaymentInitiated>().is_empty());
    assert_eq!(
        figures(&payment, request.order_id).await,
        ["AUTHORIZED", "0.00", "0.00"]
    );
    payment.advance(Duration::from_secs(3600)).await;
    payment
        .deliver(delivered(&payment, request.order_id, Some(PRICE)))
        .await;
    payment.settle().await;
    let completed = payment.published_once::<PaymentCompleted>();
    assert_eq!(
        (completed.amount, completed.saga, completed.gateway),
        (PRICE, None, PaymentMethod::Cod)
    );
    assert_eq!(
        figures(&payment, request.order_id).await,
        ["COMPLETED", "499.00", "0.00"]
    );
}

#[tokio::test]
async fn cash_that_is_told_of_twice_is_taken_once() {
    let payment = world::start().await;
    let request = cash(&payment);
    payment.deliver(request.clone()).await;
    for _ in 0..2 {
        payment
            .deliver(delivered(&payment, request.order_id, Some(PRICE)))
            .await;
    }
    payment.settle().await;
    payment.published_once::<PaymentCompleted>();
    assert_eq!(figures(&payment, request.order_id).await[1], "499.00");
}

#[tokio::test]
async fn refund_of_cash_that_was_never_collected_is_zero() {
    let payment = world::start().await;
    let request = cash(&payment);
    payment.deliver(request.clone()).await;
    payment.deliver(refund(request.order_id)).await;
    payment.settle().await;
    let refunded = payment.published_once::<RefundProcessed>();
    assert!(refunded.amount.is_zero());
    assert_eq!(figures(&payment, request.order_id).await[0], "CANCELLED");
}

#[tokio::test]
async fn collected_cash_is_given_back() {
    let payment = world::start().await;
    let request = cash(&payment);
    payment.deliver(request.clone()).await;
    payment
        .deliver(delivered(&payment, request.order_id, Some(PRICE)))
        .await;
    payment.settle().await;
    payment.deliver(refund(request.order_id)).await;
    payment.settle().await;
    assert_eq!(payment.published_once::<RefundProcessed>().amount, PRICE);
}

#[tokio::test]
async fn cash_that_comes_before_its_command_waits_for_it() {
    let payment = world::start().await;
    let request = cash(&payment);
    payment
        .deliver(delivered(&payment, request.order_id, Some(PRICE)))
        .await;
    payment.settle().await;
    payment.deliver(request.clone()).await;
    payment.advance(Duration::from_secs(6)).await;
    payment.published_once::<PaymentCompleted>();
}

#[tokio::test]
async fn cash_that_cannot_be_true_becomes_a_dead_letter() {
    let mut payment = world::start().await;
    let online = request(&payment, None);
    let in_cash = cash(&payment);
    payment.deliver(online.clone()).await;
    payment.deliver(in_cash.clone()).await;
    payment.settle().await;
    let dollars = shared_events::Money::parse("1.00", "USD".parse().unwrap()).unwrap();
    for (order, collected) in [
        (online.order_id, PRICE),
        (in_cash.order_id, dollars),
        (in_cash.order_id, rupees(-1)),
    ] {
        payment
            .deliver(delivered(&payment, order, Some(collected)))
            .await;
    }
    let dead = payment.dead_letters().await;
    assert_eq!(dead.len(), 3);
    assert!(dead.iter().all(|letter| letter.class() == "permanent"));
    assert_eq!(figures(&payment, in_cash.order_id).await[0], "AUTHORIZED");
}

#[tokio::test]
async fn delivery_of_what_was_paid_before_changes_nothing() {
    let payment = world::start().await;
    let order = world::paid(&payment).await;
    payment.forget();
    payment.deliver(delivered(&payment, order, None)).await;
    payment
        .deliver(delivered(&payment, OrderId::new(), None))
        .await;
    payment.settle().await;
    assert!(payment.said().is_empty());
}

#[tokio::test]
async fn admin_books_cash_that_came_by_another_way() {
    let payment = world::start().await;
    let request = cash(&payment);
    payment.deliver(request.clone()).await;
    payment.settle().await;
    let capture = || {
        let call = payment.post("/api/payments/capture").token(&payment.admin);
        call.json(&json!({ "orderId": request.order_id }))
    };
    let reply = capture().idempotency_key("one").await;
    assert_eq!(reply.expect(StatusCode::OK).at("/status"), "COMPLETED");
    let again = capture().idempotency_key("one").await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let other = capture().idempotency_key("two").await;
    other.expect_problem(StatusCode::CONFLICT, "ALREADY_PAID");
    payment
        .deliver(delivered(&payment, request.order_id, Some(PRICE)))
        .await;
    payment.settle().await;
    payment.published_once::<PaymentCompleted>();
    assert_eq!(figures(&payment, request.order_id).await[1], "499.00");
}

#[tokio::test]
async fn what_was_collected_beyond_the_bill_goes_back() {
    let payment = world::start().await;
    let request = cash(&payment);
    payment.deliver(request.clone()).await;
    payment
        .deliver(delivered(&payment, request.order_id, Some(rupees(500))))
        .await;
    payment.settle().await;
    assert_eq!(
        payment.published_once::<PaymentCompleted>().amount,
        rupees(500)
    );
    let refunded = payment.published_once::<RefundProcessed>();
    assert_eq!((refunded.amount, refunded.saga), (rupees(1), None));
    assert_eq!(
        figures(&payment, request.order_id).await,
        ["COMPLETED", "500.00", "1.00"]
    );
}

#[tokio::test]
async fn what_was_collected_short_of_the_bill_is_owed_until_an_admin_books_it() {
    let payment = world::start().await;
    let request = cash(&payment);
    payment.deliver(request.clone()).await;
    payment
        .deliver(delivered(&payment, request.order_id, Some(rupees(400))))
        .await;
    payment.settle().await;
    assert_eq!(
        payment.published_once::<PaymentCompleted>().amount,
        rupees(400)
    );
    let shown = world::show(&payment, request.order_id).await;
    assert_eq!(shown.at("/captured/amount"), "400.00");
    assert_eq!(shown.at("/shortfall/amount"), "99.00");
    let capture = |key: &str| {
        let call = payment.post("/api/payments/capture").token(&payment.admin);
        let call = call.idempotency_key(key);
        call.json(&json!({ "orderId": request.order_id }))
    };
    let booked = capture("one").await.expect(StatusCode::OK);
    assert_eq!(booked.at("/captured/amount"), "499.00");
    assert_eq!(booked.at("/shortfall"), &json!(null));
    let again = capture("two").await;
    again.expect_problem(StatusCode::CONFLICT, "ALREADY_PAID");
    payment.deliver(refund(request.order_id)).await;
    payment.settle().await;
    assert_eq!(payment.published_once::<RefundProcessed>().amount, PRICE);
}
