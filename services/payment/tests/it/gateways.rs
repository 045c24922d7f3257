//! What each token of the gateway for tests leads to.

use shared_events::{PaymentCompleted, PaymentInitiated, RefundProcessed};

use crate::world::{self, PRICE};

#[tokio::test]
async fn payment_is_taken_announced_and_completed() {
    let payment = world::start().await;
    let request = world::request(&payment, Some("tok_ok"));
    payment.deliver(request.clone()).await;
    payment.settle().await;
    let initiated = payment.published_once::<PaymentInitiated>();
    assert_eq!(initiated.order_id, request.order_id);
    let completed = payment.published_once::<PaymentCompleted>();
    assert_eq!(completed.amount, PRICE);
    assert_eq!(completed.saga, Some(request.saga));
}

#[tokio::test]
async fn refund_gives_everything_back() {
    let payment = world::start().await;
    let request = world::request(&payment, None);
    payment.deliver(request.clone()).await;
    payment.settle().await;
    let refund = world::refund(request.order_id);
    payment.deliver(refund.clone()).await;
    payment.settle().await;
    let refunded = payment.published_once::<RefundProcessed>();
    assert_eq!((refunded.amount, refunded.saga), (PRICE, Some(refund.saga)));
}
