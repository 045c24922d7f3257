use std::time::Duration;

use revcart_testkit::TestService;
use shared_events::{OrderId, PaymentCompleted, PaymentFailed, RefundProcessed};

use crate::world::{self, PATIENCE, PRICE, calls, execute, figures, refund, request};

const RECHECK: Duration = Duration::from_secs(600);

/// The gateway has not answered for this order.
async fn hanging(payment: &TestService) -> OrderId {
    let request = request(payment, Some("tok_hang"));
    payment.deliver(request.clone()).await;
    payment.settle().await;
    request.order_id
}

async fn takes_it_after_all(payment: &TestService) {
    execute(payment, "UPDATE dummy_ledger SET status = 'CAPTURED'")
        .await
        .unwrap();
}

#[tokio::test]
async fn money_that_a_gateway_takes_after_the_payment_was_closed_goes_back_by_itself() {
    let payment = world::start().await;
    let order = hanging(&payment).await;
    payment.deliver(refund(order)).await;
    payment.advance(Duration::from_secs(10)).await;
    let closed = payment.published_once::<RefundProcessed>();
    assert!(closed.amount.is_zero());
    payment.forget();
    takes_it_after_all(&payment).await;
    payment.advance(RECHECK).await;
    let late = payment.published_once::<RefundProcessed>();
    assert_eq!((late.amount, late.saga), (PRICE, None));
    assert_ne!(late.refund_id, closed.refund_id);
    assert_eq!(payment.published_once::<PaymentCompleted>().saga, None);
    assert_eq!(
        figures(&payment, order).await,
        ["REFUNDED", "499.00", "499.00"]
    );
}

#[tokio::test]
async fn money_that_a_gateway_takes_after_the_payment_has_expired_goes_back_by_itself() {
    let payment = world::start().await;
    let order = hanging(&payment).await;
    payment.advance(Duration::from_secs(10)).await;
    payment.advance(PATIENCE).await;
    assert!(payment.published_once::<PaymentFailed>().is_final);
    takes_it_after_all(&payment).await;
    payment.advance(RECHECK).await;
    assert_eq!(payment.published_once::<RefundProcessed>().amount, PRICE);
    assert_eq!(
        figures(&payment, order).await,
        ["REFUNDED", "499.00", "499.00"]
    );
}

#[tokio::test]
async fn doubtful_payment_is_looked_up_once_after_the_end() {
    let payment = world::start().await;
    let order = hanging(&payment).await;
    payment.deliver(refund(order)).await;
    payment.advance(Duration::from_secs(10)).await;
    payment.advance(RECHECK).await;
    payment.advance(RECHECK).await;
    assert_eq!(
        calls(&payment, order).await,
        ["charge timeout", "cancel void", "look-up void"]
    );
}

#[tokio::test]
async fn money_that_was_taken_while_the_payment_was_being_closed_goes_back_before_the_answer() {
    let payment = world::start().await;
    let order = hanging(&payment).await;
    payment.deliver(refund(order)).await;
    payment.settle().await;
    takes_it_after_all(&payment).await;
    payment.advance(Duration::from_secs(10)).await;
    let refunded = payment.published_once::<RefundProcessed>();
    assert_eq!(
        (refunded.amount, refunded.saga),
        (PRICE, Some(world::saga(2)))
    );
    assert_eq!(payment.published_once::<PaymentCompleted>().saga, None);
}
