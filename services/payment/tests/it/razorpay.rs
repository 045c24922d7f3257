//! What is Razorpay's own, beyond what every gateway must do.

use std::time::Duration;

use http::StatusCode;
use revcart_testkit::{Reply, TestService};
use serde_json::{Value, json};
use shared_events::{
    OrderId, PaymentCompleted, PaymentInitiated, PaymentMethod, RefundProcessed, RequestPayment,
};

use crate::gateways::line::{Fault, Line};
use crate::gateways::razorpay::{KEY_ID, KEY_SECRET, Razorpay};
use crate::gateways::razorpay_signature;
use crate::gateways::stall::{razorpay_line, with_razorpay};
use crate::world::{self, PRICE, figures, refund};

async fn start() -> (TestService, Razorpay, Line) {
    let (razorpay, line) = razorpay_line().await;
    (
        world::start_with(with_razorpay(&line.url)).await,
        razorpay,
        line,
    )
}

async fn begin(payment: &TestService) -> OrderId {
    let request = RequestPayment {
        method: PaymentMethod::Razorpay,
        ..world::request(payment, None)
    };
    payment.deliver(request.clone()).await;
    payment.settle().await;
    request.order_id
}

async fn verify(payment: &TestService, body: &Value) -> Reply {
    let call = payment.post("/api/payments/verify");
    call.token(&payment.customer).json(body).await
}

#[tokio::test]
async fn page_of_the_payer_gets_the_order_and_the_public_key() {
    let (payment, razorpay, _line) = start().await;
    let order = begin(&payment).await;
    let said = payment.published_once::<PaymentInitiated>();
    assert_eq!(said.next_action.unwrap().kind, "checkout");
    let path = format!("/api/payments/order/{order}");
    let shown = payment.get(&path).token(&payment.customer).await;
    let at_razorpay = razorpay.order_of(&order.to_string());
    assert_eq!(
        shown.at("/nextAction"),
        &json!({ "kind": "checkout", "keyId": KEY_ID, "razorpayOrderId": at_razorpay, "amount": PRICE.minor(), "currency": "INR" })
    );
    assert!(!shown.text().contains("planted"));
}

#[tokio::test]
async fn what_the_page_brings_is_checked_and_what_was_authorized_is_captured() {
    let (payment, razorpay, line) = start().await;
    let order = begin(&payment).await;
    let (id, signature) = razorpay.page(&order.to_string(), "authorized");
    let named = razorpay.order_of(&order.to_string());
    let body = json!({ "orderId": order, "razorpayPaymentId": id, "razorpayOrderId": named, "razorpaySignature": signature });
    let reply = verify(&payment, &body).await.expect(StatusCode::OK);
    assert_eq!(reply.at("/status"), "COMPLETED");
    assert_eq!(line.posted("/capture"), 1);
    payment.settle().await;
    assert_eq!(
        payment
            .published_once::<PaymentCompleted>()
            .gateway_reference,
        id
    );
}

#[tokio::test]
async fn signature_counts_for_the_order_that_we_know_of_only() {
    let (payment, razorpay, line) = start().await;
    let (order, other) = (begin(&payment).await, begin(&payment).await);
    let (id, signature) = razorpay.page(&other.to_string(), "authorized");
    let theirs = razorpay.order_of(&other.to_string());
    let own = razorpay.order_of(&order.to_string());
    let forged = razorpay_signature("guessed", format!("{own}|{id}").as_bytes());
    for body in [
        // A payment of another order, with its genuine signature.
        json!({ "orderId": order, "razorpayPaymentId": id, "razorpaySignature": signature }),
        json!({ "orderId": order, "razorpayPaymentId": id, "razorpayOrderId": theirs, "razorpaySignature": signature }),
        json!({ "orderId": order, "razorpayPaymentId": id, "razorpaySignature": forged }),
        json!({ "orderId": order, "razorpayPaymentId": id, "razorpaySignature": "no digits" }),
    ] {
        let refused = verify(&payment, &body).await;
        refused.expect_problem(StatusCode::CONFLICT, "SIGNATURE_INVALID");
    }
    for half in [
        json!({ "orderId": order, "razorpayPaymentId": id }),
        json!({ "orderId": order, "razorpaySignature": signature }),
        json!({ "orderId": order, "razorpayOrderId": own }),
        json!({ "orderId": order, "razorpayPaymentId": "", "razorpaySignature": signature }),
    ] {
        let refused = verify(&payment, &half).await;
        refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    }
    assert_eq!(line.posted("/capture"), 0);
    assert_eq!(figures(&payment, order).await[0], "PENDING");
}

#[tokio::test]
async fn genuine_signature_of_what_the_gateway_knows_nothing_of_pays_nothing() {
    let (payment, razorpay, _line) = start().await;
    let order = begin(&payment).await;
    let named = razorpay.order_of(&order.to_string());
    let signature = razorpay_signature(KEY_SECRET, format!("{named}|pay_of_nobody").as_bytes());
    let body = json!({ "orderId": order, "razorpayPaymentId": "pay_of_nobody", "razorpaySignature": signature });
    let reply = verify(&payment, &body).await.expect(StatusCode::OK);
    assert_eq!(reply.at("/status"), "PENDING");
}

#[tokio::test]
async fn signature_of_razorpay_means_nothing_to_another_gateway() {
    let payment = world::start().await;
    let order = world::paid(&payment).await;
    let body = json!({ "orderId": order, "razorpayPaymentId": "pay_1", "razorpaySignature": "00" });
    let refused = verify(&payment, &body).await;
    refused.expect_problem(StatusCode::CONFLICT, "SIGNATURE_INVALID");
}

#[tokio::test]
async fn payment_that_failed_may_be_followed_by_one_that_does_not() {
    let (payment, razorpay, line) = start().await;
    let order = begin(&payment).await;
    razorpay.page(&order.to_string(), "failed");
    payment.advance(Duration::from_secs(1)).await;
    assert_eq!(figures(&payment, order).await[0], "PENDING");
    assert_eq!(
        line.posted("/capture"),
        0,
        "only what is authorized is captured"
    );
    razorpay.page(&order.to_string(), "authorized");
    payment.advance(Duration::from_secs(2)).await;
    payment.published_once::<PaymentCompleted>();
}

#[tokio::test]
async fn order_that_was_made_before_is_found_by_its_receipt() {
    let (payment, razorpay, line) = start().await;
    line.fail(Fault::LoseAnswer, "/orders");
    let order = begin(&payment).await;
    payment.advance(Duration::from_secs(1)).await;
    assert_eq!(razorpay.books().orders.len(), 1);
    assert_eq!(figures(&payment, order).await[0], "PENDING");
    razorpay.page(&order.to_string(), "authorized");
    payment.advance(Duration::from_secs(2)).await;
    payment.published_once::<PaymentCompleted>();
}

#[tokio::test]
async fn money_that_an_account_captures_by_itself_after_the_end_goes_back() {
    let (payment, razorpay, _line) = start().await;
    let order = begin(&payment).await;
    payment.deliver(refund(order)).await;
    payment.settle().await;
    assert!(payment.published_once::<RefundProcessed>().amount.is_zero());
    payment.forget();
    razorpay.page(&order.to_string(), "captured");
    payment.advance(Duration::from_secs(600)).await;
    assert_eq!(payment.published_once::<RefundProcessed>().amount, PRICE);
    assert_eq!(
        razorpay.sums(&order.to_string()),
        (PRICE.minor(), PRICE.minor())
    );
}
