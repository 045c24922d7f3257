use std::time::Duration;

use revcart_testkit::TestService;
use shared_events::{
    OrderId, PaymentCompleted, PaymentFailed, PaymentInitiated, PaymentMethod, RefundProcessed,
    RequestPayment, reasons,
};

use crate::world::{self, PATIENCE, PRICE, calls, figures, refund, request, saga};

/// Sends the command to pay with this token and lets the service come to rest.
async fn pay(payment: &TestService, token: Option<&str>) -> RequestPayment {
    let request = request(payment, token);
    payment.deliver(request.clone()).await;
    payment.settle().await;
    request
}

fn failure(payment: &TestService) -> (String, bool) {
    let failed = payment.published_once::<PaymentFailed>();
    assert_eq!(failed.saga, Some(saga(1)));
    (failed.reason, failed.is_final)
}

#[tokio::test]
async fn tok_ok_and_no_token_are_paid_at_once() {
    for token in [Some("tok_ok"), None] {
        let payment = world::start().await;
        let request = pay(&payment, token).await;
        let initiated = payment.published_once::<PaymentInitiated>();
        assert_eq!(
            (initiated.order_id, initiated.amount, initiated.next_action),
            (request.order_id, PRICE, None)
        );
        let completed = payment.published_once::<PaymentCompleted>();
        assert_eq!(
            (completed.amount, completed.saga, completed.user_id),
            (PRICE, Some(request.saga), request.user_id)
        );
        assert_eq!(calls(&payment, request.order_id).await, ["charge captured"]);
    }
}

#[tokio::test]
async fn declines_are_final_and_say_why() {
    for (token, reason) in [
        ("tok_declined", reasons::DECLINED),
        ("tok_insufficient_funds", reasons::INSUFFICIENT_FUNDS),
        ("tok_of_another_gateway", reasons::DECLINED),
    ] {
        let payment = world::start().await;
        let request = pay(&payment, Some(token)).await;
        assert_eq!(failure(&payment), (reason.to_owned(), true));
        assert_eq!(
            figures(&payment, request.order_id).await,
            ["FAILED", "0.00", "0.00"]
        );
    }
}

#[tokio::test]
async fn tok_fail_once_is_looked_up_and_asked_again() {
    let payment = world::start().await;
    let request = pay(&payment, Some("tok_fail_once")).await;
    assert!(payment.published::<PaymentCompleted>().is_empty());
    payment.advance(Duration::from_secs(1)).await;
    payment.published_once::<PaymentCompleted>();
    assert_eq!(
        calls(&payment, request.order_id).await,
        ["charge error", "look-up absent", "charge captured"]
    );
}

#[tokio::test]
async fn tok_slow_is_waited_for() {
    let payment = world::start().await;
    let request = pay(&payment, Some("tok_slow")).await;
    payment.advance(Duration::from_secs(4)).await;
    assert!(payment.said().is_empty());
    payment.advance(Duration::from_secs(1)).await;
    payment.published_once::<PaymentCompleted>();
    assert_eq!(calls(&payment, request.order_id).await, ["charge captured"]);
}

#[tokio::test]
async fn tok_slow_is_found_out_when_the_call_was_given_up() {
    let mut config = payment_service::Config::for_testing();
    config.gateway_deadline = Duration::from_secs(2);
    let payment = world::start_with(config).await;
    let request = pay(&payment, Some("tok_slow")).await;
    for _ in 0..10 {
        payment.advance(Duration::from_secs(1)).await;
    }
    payment.published_once::<PaymentCompleted>();
    let calls = calls(&payment, request.order_id).await;
    assert_eq!(calls[..2], ["charge timeout", "look-up waiting"]);
    assert_eq!(calls.last().unwrap(), "look-up captured");
}

#[tokio::test]
async fn tok_hang_fails_when_it_expires_and_the_gateway_has_given_it_up() {
    let payment = world::start().await;
    let request = pay(&payment, Some("tok_hang")).await;
    payment.advance(Duration::from_secs(10)).await;
    assert!(payment.published::<PaymentFailed>().is_empty());
    for _ in 0..44 {
        payment.advance(Duration::from_secs(1)).await;
    }
    assert!(payment.published::<PaymentFailed>().is_empty());
    payment.advance(Duration::from_secs(1)).await;
    assert_eq!(failure(&payment), (reasons::EXPIRED.to_owned(), true));
    let calls = calls(&payment, request.order_id).await;
    assert_eq!(calls[..2], ["charge timeout", "look-up waiting"]);
    assert_eq!(calls.last().unwrap(), "cancel void");
    assert!(calls.len() < 15, "polled with growing pauses: {calls:?}");
}

#[tokio::test]
async fn tok_capture_lost_is_found_by_looking_it_up() {
    let payment = world::start().await;
    let request = pay(&payment, Some("tok_capture_lost")).await;
    assert!(payment.said().is_empty());
    payment.advance(Duration::from_secs(1)).await;
    payment.published_once::<PaymentCompleted>();
    assert_eq!(
        calls(&payment, request.order_id).await,
        ["charge error", "look-up captured"]
    );
    assert_eq!(
        figures(&payment, request.order_id).await,
        ["COMPLETED", "499.00", "0.00"]
    );
}

#[tokio::test]
async fn hanging_payments_hold_nobody_up() {
    let payment = world::start().await;
    for _ in 0..20 {
        payment.deliver(request(&payment, Some("tok_hang"))).await;
    }
    payment.deliver(request(&payment, None)).await;
    payment.settle().await;
    payment.published_once::<PaymentCompleted>();
}

#[tokio::test]
async fn hanging_payments_that_take_all_places_are_given_up_in_time() {
    let mut config = payment_service::Config::for_testing();
    config.gateway_calls = 1;
    let payment = world::start_with(config).await;
    payment.deliver(request(&payment, Some("tok_hang"))).await;
    payment.deliver(request(&payment, None)).await;
    payment.settle().await;
    assert!(payment.said().is_empty());
    payment.advance(Duration::from_secs(10)).await;
    payment.published_once::<PaymentCompleted>();
}

#[tokio::test]
async fn refund_while_it_hangs_is_answered_when_the_call_is_given_up_and_cancelled() {
    let payment = world::start().await;
    let request = pay(&payment, Some("tok_hang")).await;
    payment.deliver(refund(request.order_id)).await;
    payment.settle().await;
    assert!(payment.published::<RefundProcessed>().is_empty());
    payment.advance(Duration::from_secs(10)).await;
    let refunded = payment.published_once::<RefundProcessed>();
    assert!(refunded.amount.is_zero());
    assert_eq!(
        calls(&payment, request.order_id).await,
        ["charge timeout", "cancel void"]
    );
    assert_eq!(
        figures(&payment, request.order_id).await,
        ["CANCELLED", "0.00", "0.00"]
    );
}

#[tokio::test]
async fn command_that_comes_after_its_time_is_not_charged() {
    let payment = world::start().await;
    let request = request(&payment, None);
    payment.deliver(request.clone()).await;
    payment.advance(PATIENCE).await;
    assert_eq!(failure(&payment), (reasons::EXPIRED.to_owned(), true));
    assert_eq!(calls(&payment, request.order_id).await, ["cancel void"]);
}

#[tokio::test]
async fn methods_without_a_gateway_fail_for_good() {
    let mut config = payment_service::Config::for_testing();
    config.dummy = false;
    let payment = world::start_with(config).await;
    for method in [PaymentMethod::Stripe, PaymentMethod::Dummy] {
        let order_id = OrderId::new();
        let command = RequestPayment {
            method,
            order_id,
            ..request(&payment, None)
        };
        payment.deliver(command).await;
        payment.settle().await;
        let failed = payment.published_once::<PaymentFailed>();
        assert_eq!(
            (failed.reason.as_str(), failed.is_final),
            (reasons::GATEWAY_UNAVAILABLE, true)
        );
        payment.forget();
    }
}
