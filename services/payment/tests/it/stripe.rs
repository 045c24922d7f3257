//! What is Stripe's own, beyond what every gateway must do.

use std::time::Duration;

use http::StatusCode;
use revcart_testkit::{Reply, TestService};
use serde_json::{Value, json};
use shared_events::{
    OrderId, PaymentCompleted, PaymentFailed, PaymentInitiated, PaymentMethod, RefundProcessed,
    RequestPayment, reasons,
};

use crate::gateways::line::{Fault, Line};
use crate::gateways::local::Local;
use crate::gateways::stall::{stripe_line, with_stripe};
use crate::gateways::stripe::{Refunds, Stripe};
use crate::world::{self, PATIENCE, PRICE, calls, figures, refund};

async fn start() -> (TestService, Stripe, Line) {
    let (stripe, line) = stripe_line().await;
    (
        world::start_with(with_stripe(&line.url)).await,
        stripe,
        line,
    )
}

/// Sends the command to pay with what was given at checkout.
async fn pay(payment: &TestService, token: Option<&str>) -> OrderId {
    let request = RequestPayment {
        method: PaymentMethod::Stripe,
        ..world::request(payment, token)
    };
    payment.deliver(request.clone()).await;
    payment.settle().await;
    request.order_id
}

async fn as_payer(payment: &TestService, order: OrderId) -> Reply {
    let path = format!("/api/payments/order/{order}");
    let reply = payment.get(&path).token(&payment.customer).await;
    reply.expect(StatusCode::OK)
}

#[tokio::test]
async fn shop_with_a_key_offers_cards_and_one_without_does_not() {
    let (payment, ..) = start().await;
    let methods = payment.get("/api/payments/methods").await;
    assert_eq!(methods.at("/items/0/method"), "STRIPE");
    assert_eq!(methods.at("/items/0/publicKey"), "pk_test_shop");
    assert!(!methods.text().contains("planted"));
    let without = world::start().await;
    let methods = without.get("/api/payments/methods").await.text();
    assert!(!methods.contains("STRIPE") && !methods.contains("RAZORPAY"));
    let order = pay(&without, Some("pm_card_visa")).await;
    let failed = without.published_once::<PaymentFailed>();
    assert_eq!(
        (failed.order_id, failed.reason.as_str()),
        (order, reasons::GATEWAY_UNAVAILABLE)
    );
}

#[tokio::test]
async fn card_of_checkout_that_is_declined_is_final_and_cannot_be_paid_by_anybody_after() {
    for (card, reason) in [
        ("pm_card_chargeDeclined", reasons::DECLINED),
        (
            "pm_card_chargeDeclinedInsufficientFunds",
            reasons::INSUFFICIENT_FUNDS,
        ),
    ] {
        let (payment, stripe, _line) = start().await;
        let order = pay(&payment, Some(card)).await;
        let failed = payment.published_once::<PaymentFailed>();
        assert_eq!((failed.reason.as_str(), failed.is_final), (reason, true));
        assert_eq!(stripe.books().intents[0].status, "canceled");
        assert!(!stripe.page(&order.to_string(), "pm_card_visa"));
        assert_eq!(figures(&payment, order).await, ["FAILED", "0.00", "0.00"]);
    }
}

#[tokio::test]
async fn payment_method_that_does_not_exist_is_declined() {
    let (payment, stripe, _line) = start().await;
    pay(&payment, Some("tok_of_another_gateway")).await;
    assert_eq!(
        payment.published_once::<PaymentFailed>().reason,
        reasons::DECLINED
    );
    assert!(stripe.books().intents.is_empty());
}

#[tokio::test]
async fn page_of_the_payer_gets_the_client_secret_and_nobody_else_does() {
    let (payment, stripe, _line) = start().await;
    let order = pay(&payment, None).await;
    let said = payment.published_once::<PaymentInitiated>();
    assert_eq!(said.next_action.unwrap().kind, "confirm");
    let shown = as_payer(&payment, order).await;
    let secret = format!("{}_secret_planted", stripe.books().intents[0].id);
    assert_eq!(
        shown.at("/nextAction"),
        &json!({ "kind": "confirm", "clientSecret": secret, "publishableKey": "pk_test_shop" })
    );
    let admins = world::show(&payment, order).await;
    assert_eq!(admins.at("/nextAction"), &json!({ "kind": "confirm" }));
    let history = payment
        .get("/api/payments/history")
        .token(&payment.customer)
        .await;
    assert!(!history.expect(StatusCode::OK).text().contains("planted"));
}

#[tokio::test]
async fn shopper_tries_another_card_on_the_page() {
    let (payment, stripe, _line) = start().await;
    let order = pay(&payment, None).await;
    assert!(!stripe.page(&order.to_string(), "pm_card_chargeDeclined"));
    payment.advance(Duration::from_secs(1)).await;
    assert_eq!(figures(&payment, order).await[0], "PENDING");
    assert!(stripe.page(&order.to_string(), "pm_card_visa"));
    payment.advance(Duration::from_secs(2)).await;
    assert_eq!(payment.published_once::<PaymentCompleted>().amount, PRICE);
    assert_eq!(stripe.books().intents.len(), 1);
}

#[tokio::test]
async fn card_that_wants_its_holder_asked_waits_for_them() {
    let (payment, stripe, _line) = start().await;
    let order = pay(&payment, Some("pm_card_authenticationRequired")).await;
    let shown = as_payer(&payment, order).await;
    assert_eq!(shown.at("/nextAction/kind"), "authenticate");
    assert!(stripe.page(&order.to_string(), "pm_card_visa"));
    let body = json!({ "orderId": order });
    let verify = payment
        .post("/api/payments/verify")
        .token(&payment.customer);
    let reply = verify.json(&body).await.expect(StatusCode::OK);
    assert_eq!(reply.at("/status"), "COMPLETED");
    assert_eq!(reply.at("/nextAction"), &Value::Null);
}

#[tokio::test]
async fn holder_who_says_no_has_declined() {
    let (payment, stripe, _line) = start().await;
    let order = pay(&payment, Some("pm_card_authenticationRequired")).await;
    stripe.page(&order.to_string(), "pm_card_chargeDeclined");
    payment.advance(Duration::from_secs(1)).await;
    assert!(payment.published_once::<PaymentFailed>().is_final);
    assert_eq!(stripe.books().intents[0].status, "canceled");
}

#[tokio::test]
async fn every_call_that_makes_something_carries_our_key_and_the_version() {
    let (payment, _stripe, line) = start().await;
    let order = pay(&payment, Some("pm_card_visa")).await;
    payment.deliver(refund(order)).await;
    payment.settle().await;
    let mut keys = Vec::new();
    for asked in line.asked() {
        assert_eq!(asked.headers["stripe-version"], "2024-06-20");
        if asked.method == http::Method::POST {
            keys.push(
                asked.headers["idempotency-key"]
                    .to_str()
                    .unwrap()
                    .to_owned(),
            );
            assert!(!asked.body.contains("planted"));
        }
    }
    let expected = ["charge:1", "charge:1:confirm", "refund:1"].map(|key| format!("{order}:{key}"));
    assert_eq!(keys, expected);
}

#[tokio::test]
async fn key_that_stripe_does_not_know_declines_nobody() {
    let (payment, _stripe, line) = start().await;
    line.fail(Fault::NotOurKey, "/payment_intents");
    let order = pay(&payment, Some("pm_card_visa")).await;
    assert_eq!(figures(&payment, order).await[0], "PENDING");
    payment.advance(Duration::from_secs(1)).await;
    payment.published_once::<PaymentCompleted>();
    assert_eq!(
        calls(&payment, order).await,
        ["charge error", "look-up absent", "charge captured"]
    );
}

#[tokio::test]
async fn gateway_out_of_reach_is_asked_again_until_the_payment_expires() {
    let payment = world::start_with(with_stripe("http://127.0.0.1:9")).await;
    let order = pay(&payment, Some("pm_card_visa")).await;
    payment.advance(Duration::from_secs(5)).await;
    assert_eq!(figures(&payment, order).await[0], "PENDING");
    payment.advance(PATIENCE).await;
    // Nothing was ever known to be there, so nothing has to be called off.
    assert_eq!(
        payment.published_once::<PaymentFailed>().reason,
        reasons::EXPIRED
    );
}

#[tokio::test]
async fn refund_that_waits_for_the_bank_is_asked_for_until_it_is_through() {
    let (payment, stripe, line) = start().await;
    let order = pay(&payment, Some("pm_card_visa")).await;
    stripe.books().policy = Refunds::Wait;
    payment.deliver(refund(order)).await;
    payment.advance(Duration::from_secs(30)).await;
    assert!(payment.published::<RefundProcessed>().is_empty());
    assert_eq!(figures(&payment, order).await[0], "REFUNDING");
    stripe.books().refunds[0].status = "succeeded";
    payment.advance(Duration::from_secs(60)).await;
    assert_eq!(payment.published_once::<RefundProcessed>().amount, PRICE);
    assert_eq!(line.posted("/refunds"), 1);
}

#[tokio::test]
async fn refund_that_fails_at_the_bank_is_made_anew_under_another_key() {
    let (payment, stripe, _line) = start().await;
    let order = pay(&payment, Some("pm_card_visa")).await;
    stripe.books().policy = Refunds::Wait;
    payment.deliver(refund(order)).await;
    payment.settle().await;
    stripe.books().refunds[0].status = "failed";
    stripe.books().policy = Refunds::Succeed;
    for _ in 0..4 {
        payment.advance(Duration::from_secs(30)).await;
    }
    assert_eq!(payment.published_once::<RefundProcessed>().amount, PRICE);
    assert_eq!(
        stripe.sums(&order.to_string()),
        (PRICE.minor(), PRICE.minor())
    );
}

#[tokio::test]
async fn refund_is_found_among_many() {
    let (payment, stripe, line) = start().await;
    let order = pay(&payment, Some("pm_card_visa")).await;
    for number in 1..=5 {
        if number == 3 {
            line.fail(Fault::LoseAnswer, "/refunds");
        }
        let body = json!({ "orderId": order, "amount": { "amount": "10.00", "currency": "INR" }, "reason": "broken" });
        let call = payment.post("/api/payments/refund").token(&payment.admin);
        call.idempotency_key(&number.to_string())
            .json(&body)
            .await
            .expect(StatusCode::ACCEPTED);
    }
    payment.settle().await;
    payment.advance(Duration::from_secs(1)).await;
    assert_eq!(payment.published::<RefundProcessed>().len(), 5);
    assert_eq!(stripe.sums(&order.to_string()).1, 5_000);
}

/// As localstripe has it.
async fn at_localstripe() -> (TestService, Local, Line) {
    let local = Local::find();
    let line = local.line().await;
    (world::start_with(with_stripe(&line.url)).await, local, line)
}

#[tokio::test]
async fn card_that_localstripe_declines_when_it_is_charged_is_a_decline() {
    let (payment, local, line) = at_localstripe().await;
    let order = pay(&payment, Some("pm_card_chargeCustomerFail")).await;
    let failed = payment.published_once::<PaymentFailed>();
    assert_eq!(
        (failed.reason.as_str(), failed.is_final),
        (reasons::DECLINED, true)
    );
    let intents = local.intents(&line, &order.to_string()).await;
    assert_eq!(intents[0]["status"], "canceled");
}

#[tokio::test]
async fn card_that_localstripe_wants_authenticated_waits_and_is_paid() {
    let (payment, local, line) = at_localstripe().await;
    let card = [
        ("type", "card"),
        ("card[number]", "4000002500003155"),
        ("card[exp_month]", "12"),
        ("card[exp_year]", "2030"),
        ("card[cvc]", "123"),
    ];
    let (_, card) = local.post("/v1/payment_methods", &card).await;
    let order = pay(&payment, card["id"].as_str()).await;
    let shown = as_payer(&payment, order).await;
    assert_eq!(shown.at("/nextAction/kind"), "authenticate");
    let secret = shown
        .at("/nextAction/clientSecret")
        .as_str()
        .unwrap()
        .to_owned();
    let intents = local.intents(&line, &order.to_string()).await;
    let path = format!(
        "/v1/payment_intents/{}/_authenticate",
        intents[0]["id"].as_str().unwrap()
    );
    local
        .post(&path, &[("client_secret", &secret), ("success", "true")])
        .await;
    payment.advance(Duration::from_secs(1)).await;
    payment.published_once::<PaymentCompleted>();
}
