//! What a gateway must do, whoever it is: the gateway for tests, Stripe (localstripe of the local stack, and a server that keeps to
//! the documentation) and Razorpay (a server that keeps to the documentation).

use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use shared_events::{
    OrderId, PaymentCompleted, PaymentFailed, PaymentInitiated, RefundProcessed, reasons,
};

use crate::gateways::line::Fault;
use crate::gateways::stall::Stall;
use crate::world::{PATIENCE, PRICE, figures, refund, rupees};

const ALL: (i64, i64) = (PRICE.minor(), 0);
const RECHECK: Duration = Duration::from_secs(600);

macro_rules! contract {
    ($($case:ident)*) => {
        $(
            mod $case {
                use crate::gateways::stall::Stall;

                #[tokio::test]
                async fn at_the_gateway_for_tests() {
                    super::cases::$case(Stall::dummy().await).await;
                }

                #[tokio::test]
                async fn at_localstripe() {
                    super::cases::$case(Stall::local().await).await;
                }

                #[tokio::test]
                async fn at_stripe() {
                    super::cases::$case(Stall::stripe().await).await;
                }

                #[tokio::test]
                async fn at_razorpay() {
                    super::cases::$case(Stall::razorpay().await).await;
                }
            }
        )*
    };
}

contract! {
    money_is_taken_once
    what_was_written_down_before_a_crash_is_taken_once
    charge_whose_answer_is_lost_is_found
    charge_that_was_broken_off_is_made_again
    money_is_given_back_when_the_payment_is_closed
    refund_whose_answer_is_lost_is_made_once
    parts_go_back_and_never_more_than_was_taken
    what_was_refused_once_stays_refused
    payment_that_is_closed_while_the_gateway_waits_takes_nothing
    payment_that_expires_takes_nothing
    money_that_comes_while_the_payment_is_open_is_found_by_asking
}

async fn give_back(stall: &Stall, order: OrderId, rupees: i64) -> StatusCode {
    let payment = &stall.payment;
    let amount = json!({ "amount": format!("{rupees}.00"), "currency": "INR" });
    let call = payment.post("/api/payments/refund").token(&payment.admin);
    let call = call.idempotency_key(&OrderId::new().to_string());
    let body = json!({ "orderId": order, "amount": amount, "reason": "broken" });
    let reply = call.json(&body).await;
    payment.settle().await;
    reply.status
}

mod cases {
    use super::*;

    pub(super) async fn money_is_taken_once(stall: Stall) {
        let request = stall.ready();
        for _ in 0..2 {
            stall.payment.deliver(request.clone()).await;
        }
        stall.payment.settle().await;
        stall.come_back(request.order_id).await;
        stall.payment.deliver(request.clone()).await;
        stall.payment.advance(Duration::from_secs(30)).await;
        let said = stall.payment.published::<PaymentCompleted>();
        assert!(
            said.iter()
                .all(|it| it.amount == PRICE && it.gateway == request.method)
        );
        assert!(said.iter().all(|it| !it.gateway_reference.is_empty()));
        stall.payment.published_once::<PaymentInitiated>();
        assert_eq!(
            figures(&stall.payment, request.order_id).await,
            ["COMPLETED", "499.00", "0.00"]
        );
        assert_eq!(stall.books(request.order_id).await, ALL);
    }

    pub(super) async fn what_was_written_down_before_a_crash_is_taken_once(stall: Stall) {
        let request = stall.ready();
        stall.payment.deliver(request.clone()).await;
        for consumer in &stall.payment.parts().consumers {
            consumer.step().await.unwrap();
        }
        let stall = stall.restart().await;
        stall.payment.settle().await;
        stall.come_back(request.order_id).await;
        stall.payment.published_once::<PaymentCompleted>();
        assert_eq!(stall.books(request.order_id).await, ALL);
    }

    async fn goes_wrong(stall: Stall, fault: Fault) {
        for at_last in [false, true] {
            if !stall.fail_charge(fault, at_last) {
                return;
            }
            let request = stall.ready();
            stall.payment.deliver(request.clone()).await;
            stall.payment.settle().await;
            stall.payment.advance(Duration::from_secs(1)).await;
            stall.come_back(request.order_id).await;
            stall.payment.advance(Duration::from_secs(2)).await;
            stall.payment.published_once::<PaymentCompleted>();
            assert_eq!(
                stall.books(request.order_id).await,
                ALL,
                "{fault:?} {at_last}"
            );
            stall.payment.forget();
        }
    }

    pub(super) async fn charge_whose_answer_is_lost_is_found(stall: Stall) {
        goes_wrong(stall, Fault::LoseAnswer).await;
    }

    pub(super) async fn charge_that_was_broken_off_is_made_again(stall: Stall) {
        goes_wrong(stall, Fault::BreakOff).await;
    }

    pub(super) async fn money_is_given_back_when_the_payment_is_closed(stall: Stall) {
        let order = stall.paid().await;
        for _ in 0..2 {
            stall.payment.deliver(refund(order)).await;
            stall.payment.settle().await;
        }
        let said = stall.payment.published::<RefundProcessed>();
        assert!(said.iter().all(|it| it.amount == PRICE));
        assert_eq!(
            figures(&stall.payment, order).await,
            ["REFUNDED", "499.00", "499.00"]
        );
        assert_eq!(stall.books(order).await, (PRICE.minor(), PRICE.minor()));
    }

    pub(super) async fn refund_whose_answer_is_lost_is_made_once(stall: Stall) {
        let order = stall.paid().await;
        for fault in [Fault::LoseAnswer, Fault::BreakOff] {
            if !stall.fail_refund(fault) {
                return;
            }
            assert_eq!(give_back(&stall, order, 100).await, StatusCode::ACCEPTED);
            stall.payment.advance(Duration::from_secs(1)).await;
            assert_eq!(
                stall.payment.published_once::<RefundProcessed>().amount,
                rupees(100)
            );
            stall.payment.forget();
        }
        assert_eq!(stall.books(order).await, (PRICE.minor(), 20_000));
    }

    pub(super) async fn parts_go_back_and_never_more_than_was_taken(stall: Stall) {
        let order = stall.paid().await;
        assert_eq!(give_back(&stall, order, 100).await, StatusCode::ACCEPTED);
        assert_eq!(give_back(&stall, order, 400).await, StatusCode::CONFLICT);
        assert_eq!(give_back(&stall, order, 399).await, StatusCode::ACCEPTED);
        assert_eq!(give_back(&stall, order, 1).await, StatusCode::CONFLICT);
        assert_eq!(
            figures(&stall.payment, order).await,
            ["COMPLETED", "499.00", "499.00"]
        );
        assert_eq!(stall.books(order).await, (PRICE.minor(), PRICE.minor()));
    }

    pub(super) async fn what_was_refused_once_stays_refused(stall: Stall) {
        if !stall.refuse_refunds(true) {
            return;
        }
        let order = stall.paid().await;
        assert_eq!(give_back(&stall, order, 100).await, StatusCode::ACCEPTED);
        stall.refuse_refunds(false);
        stall.payment.advance(Duration::from_secs(60)).await;
        assert!(stall.payment.published::<RefundProcessed>().is_empty());
        assert_eq!(stall.books(order).await, ALL);
        // Another one is another one.
        assert_eq!(give_back(&stall, order, 100).await, StatusCode::ACCEPTED);
        assert_eq!(stall.books(order).await, (PRICE.minor(), 10_000));
    }

    pub(super) async fn payment_that_is_closed_while_the_gateway_waits_takes_nothing(stall: Stall) {
        let request = stall.waiting();
        stall.payment.deliver(request.clone()).await;
        stall.payment.settle().await;
        let initiated = stall.payment.published_once::<PaymentInitiated>();
        assert!(initiated.next_action.is_some());
        stall.payment.deliver(refund(request.order_id)).await;
        stall.payment.settle().await;
        assert!(
            stall
                .payment
                .published_once::<RefundProcessed>()
                .amount
                .is_zero()
        );
        stall.pay_late(request.order_id).await;
        stall.payment.advance(RECHECK).await;
        stall.payment.advance(RECHECK).await;
        assert_eq!(stall.books(request.order_id).await, (0, 0));
        assert_eq!(
            figures(&stall.payment, request.order_id).await,
            ["CANCELLED", "0.00", "0.00"]
        );
    }

    pub(super) async fn payment_that_expires_takes_nothing(stall: Stall) {
        let request = stall.waiting();
        stall.payment.deliver(request.clone()).await;
        stall.payment.settle().await;
        stall.payment.advance(PATIENCE).await;
        let failed = stall.payment.published_once::<PaymentFailed>();
        assert_eq!(
            (failed.reason.as_str(), failed.is_final),
            (reasons::EXPIRED, true)
        );
        stall.pay_late(request.order_id).await;
        stall.payment.advance(RECHECK).await;
        assert_eq!(stall.books(request.order_id).await, (0, 0));
    }

    pub(super) async fn money_that_comes_while_the_payment_is_open_is_found_by_asking(
        stall: Stall,
    ) {
        let request = stall.waiting();
        stall.payment.deliver(request.clone()).await;
        stall.payment.settle().await;
        stall.pay_late(request.order_id).await;
        stall.payment.advance(Duration::from_secs(1)).await;
        stall.payment.published_once::<PaymentCompleted>();
        assert_eq!(stall.books(request.order_id).await, ALL);
    }
}
