//! What gateways tell by webhook: a reason to ask them, once.

use std::time::Duration;

use http::{HeaderName, StatusCode};
use revcart_runtime::Clock;
use revcart_testkit::{Call, START, TestService, eventually};
use serde_json::{Value, json};
use shared_events::{OrderId, PaymentCompleted, PaymentMethod, RefundProcessed, RequestPayment};
use tokio::net::TcpListener;

use crate::gateways::line::Line;
use crate::gateways::local::Local;
use crate::gateways::razorpay::Razorpay;
use crate::gateways::stall::{
    RAZORPAY_WEBHOOKS, STRIPE_WEBHOOKS, razorpay_line, stripe_line, with_razorpay, with_stripe,
};
use crate::gateways::stripe::{Refunds, Stripe};
use crate::gateways::{razorpay_signature, serve, stripe_signature};
use crate::world::{self, PRICE, calls, figures, refund};

const STRIPE: &str = "/api/payments/webhooks/stripe";
const RAZORPAY: &str = "/api/payments/webhooks/razorpay";
const SIGNATURE: HeaderName = HeaderName::from_static("stripe-signature");

async fn at_stripe() -> (TestService, Stripe, Line, OrderId) {
    let (stripe, line) = stripe_line().await;
    let payment = world::start_with(with_stripe(&line.url)).await;
    let order = waiting(&payment, PaymentMethod::Stripe).await;
    (payment, stripe, line, order)
}

async fn at_razorpay() -> (TestService, Razorpay, Line, OrderId) {
    let (razorpay, line) = razorpay_line().await;
    let payment = world::start_with(with_razorpay(&line.url)).await;
    let order = waiting(&payment, PaymentMethod::Razorpay).await;
    (payment, razorpay, line, order)
}

async fn waiting(payment: &TestService, method: PaymentMethod) -> OrderId {
    let request = RequestPayment {
        method,
        ..world::request(payment, None)
    };
    payment.deliver(request.clone()).await;
    payment.settle().await;
    request.order_id
}

fn event(id: &str, object: &Value) -> String {
    let kind = format!("{}.something", object["object"].as_str().unwrap());
    json!({ "id": id, "object": "event", "type": kind, "data": { "object": object } }).to_string()
}

fn succeeded(stripe: &Stripe, id: &str) -> String {
    let intent = stripe.books().intents[0].id.clone();
    let object = json!({ "object": "payment_intent", "id": intent, "status": "succeeded" });
    event(id, &object)
}

/// As Stripe would tell it.
fn tell(payment: &TestService, body: &str) -> Call {
    let seconds = payment.now().micros() / 1_000_000;
    let signature = stripe_signature(STRIPE_WEBHOOKS, seconds, body.as_bytes());
    let call = payment.post(STRIPE).header(SIGNATURE, &signature);
    call.body("application/json", body.to_owned())
}

/// As Razorpay would.
fn tell_razorpay(payment: &TestService, id: &str, body: &str) -> Call {
    let signature = razorpay_signature(RAZORPAY_WEBHOOKS, body.as_bytes());
    let call = payment
        .post(RAZORPAY)
        .body("application/json", body.to_owned());
    let call = call.header(HeaderName::from_static("x-razorpay-signature"), &signature);
    call.header(HeaderName::from_static("x-razorpay-event-id"), id)
}

#[tokio::test]
async fn payment_is_completed_without_any_time_passing() {
    let (payment, stripe, _line, order) = at_stripe().await;
    assert!(stripe.page(&order.to_string(), "pm_card_visa"));
    let body = succeeded(&stripe, "evt_1");
    let reply = tell(&payment, &body).await.expect(StatusCode::OK);
    assert_eq!(reply.json, json!({ "received": true }));
    payment.settle().await;
    payment.published_once::<PaymentCompleted>();
    assert_eq!(
        figures(&payment, order).await,
        ["COMPLETED", "499.00", "0.00"]
    );
}

#[tokio::test]
async fn what_is_told_is_not_believed() {
    let (payment, stripe, _line, order) = at_stripe().await;
    tell(&payment, &succeeded(&stripe, "evt_1"))
        .await
        .expect(StatusCode::OK);
    payment.settle().await;
    assert_eq!(figures(&payment, order).await, ["PENDING", "0.00", "0.00"]);
    assert_eq!(
        calls(&payment, order).await,
        ["charge waiting", "look-up waiting"]
    );
}

#[tokio::test]
async fn event_that_is_told_again_has_no_effect_until_it_is_forgotten() {
    let (payment, stripe, _line, order) = at_stripe().await;
    payment.deliver(refund(order)).await;
    payment.settle().await;
    let body = succeeded(&stripe, "evt_1");
    let looked_up = async |times: usize| {
        tell(&payment, &body).await.expect(StatusCode::OK);
        payment.settle().await;
        let calls = calls(&payment, order).await;
        let found = calls.iter().filter(|call| call.starts_with("look-up"));
        assert_eq!(found.count(), times, "{calls:?}");
    };
    looked_up(1).await;
    looked_up(1).await;
    payment.advance(Duration::from_secs(29 * 86_400)).await;
    looked_up(1).await;
    payment.advance(Duration::from_secs(2 * 86_400)).await;
    looked_up(2).await;
}

#[tokio::test]
async fn event_that_is_told_twice_at_once_is_kept_once() {
    let (payment, stripe, _line, order) = at_stripe().await;
    stripe.page(&order.to_string(), "pm_card_visa");
    let body = succeeded(&stripe, "evt_1");
    let (one, other) = futures::join!(async { tell(&payment, &body).await }, async {
        tell(&payment, &body).await
    });
    one.expect(StatusCode::OK);
    other.expect(StatusCode::OK);
    payment.settle().await;
    payment.published_once::<PaymentCompleted>();
}

#[tokio::test]
async fn only_who_has_the_secret_is_heard() {
    let (payment, stripe, line, order) = at_stripe().await;
    let body = succeeded(&stripe, "evt_1");
    let now = START.micros() / 1_000_000;
    let good = stripe_signature(STRIPE_WEBHOOKS, now, body.as_bytes());
    let asked = line.asked().len();
    for (header, code) in [
        (String::new(), "SIGNATURE_INVALID"),
        ("t=,v1=".to_owned(), "SIGNATURE_INVALID"),
        (
            stripe_signature("whsec_other", now, body.as_bytes()),
            "SIGNATURE_INVALID",
        ),
        (
            stripe_signature(STRIPE_WEBHOOKS, now, b"{}"),
            "SIGNATURE_INVALID",
        ),
        (good.replace("t=", "t=1"), "SIGNATURE_INVALID"),
        (good.replace("v1=", "v0="), "SIGNATURE_INVALID"),
        (
            stripe_signature(STRIPE_WEBHOOKS, now - 301, body.as_bytes()),
            "SIGNATURE_EXPIRED",
        ),
        (
            stripe_signature(STRIPE_WEBHOOKS, now + 301, body.as_bytes()),
            "SIGNATURE_EXPIRED",
        ),
    ] {
        let call = payment.post(STRIPE).header(SIGNATURE, &header);
        let reply = call.body("application/json", body.clone()).await;
        reply.expect_problem(StatusCode::BAD_REQUEST, code);
    }
    let unsigned = payment
        .post(STRIPE)
        .body("application/json", body.clone())
        .await;
    unsigned.expect_problem(StatusCode::BAD_REQUEST, "SIGNATURE_INVALID");
    payment.settle().await;
    assert_eq!(line.asked().len(), asked, "nothing was asked: {order}");
    // While the secret is being changed there are two signatures.
    let two = format!(
        "{},{}",
        stripe_signature("whsec_old", now, body.as_bytes()),
        good.split_once(',').unwrap().1
    );
    let call = payment.post(STRIPE).header(SIGNATURE, &two);
    call.body("application/json", body)
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn of_the_signatures_of_stripe_eight_are_looked_at() {
    let (payment, stripe, _, _) = at_stripe().await;
    let body = succeeded(&stripe, "evt_1");
    let now = START.micros() / 1_000_000;
    let good = stripe_signature(STRIPE_WEBHOOKS, now, body.as_bytes());
    let (time, good) = good.split_once(',').unwrap();
    let wrong = format!("v1={}", "0".repeat(64));
    let tell = |before: Vec<&str>| {
        let header = format!("{time},{},{good}", before.join(","));
        let call = payment.post(STRIPE).header(SIGNATURE, &header);
        call.body("application/json", body.clone())
    };
    let ninth = tell(vec![&wrong; 8]).await;
    ninth.expect_problem(StatusCode::BAD_REQUEST, "SIGNATURE_INVALID");
    let eighth = tell(vec![&wrong; 7]).await;
    eighth.expect(StatusCode::OK);
    // What is no signature at all is passed over.
    let after_nonsense = tell(["v1=", "v1=00", "v1=zz"].repeat(3)).await;
    after_nonsense.expect(StatusCode::OK);
}

#[tokio::test]
async fn headers_that_the_package_of_stripe_makes_are_accepted() {
    let (payment, ..) = at_stripe().await;
    let vectors: Value = serde_json::from_str(include_str!("../vectors/signatures.json")).unwrap();
    for vector in vectors["stripe"].as_array().unwrap() {
        let call = payment
            .post(STRIPE)
            .header(SIGNATURE, vector["header"].as_str().unwrap());
        let body = vector["body"].as_str().unwrap().to_owned();
        call.body("application/json", body)
            .await
            .expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn events_of_other_kinds_and_about_others_have_no_effect() {
    let (payment, _stripe, line, _order) = at_stripe().await;
    let asked = line.asked().len();
    for (id, object) in [
        ("evt_1", json!({ "object": "customer", "id": "cus_1" })),
        (
            "evt_2",
            json!({ "object": "payment_intent", "id": "pi_of_another_shop" }),
        ),
        (
            "evt_3",
            json!({ "object": "charge", "payment_intent": null }),
        ),
    ] {
        tell(&payment, &event(id, &object))
            .await
            .expect(StatusCode::OK);
    }
    payment.settle().await;
    assert_eq!(line.asked().len(), asked);
    for malformed in ["", "[]", "{}", "{\"id\":1,\"type\":2}", "no JSON"] {
        let reply = tell(&payment, malformed).await;
        reply.expect_problem(StatusCode::BAD_REQUEST, "MALFORMED_EVENT");
    }
}

#[tokio::test]
async fn body_has_bounds() {
    let (payment, ..) = at_stripe().await;
    let body = " ".repeat(2 * 1024 * 1024);
    let reply = tell(&payment, &body).await;
    reply.expect(StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn nobody_is_heard_where_there_is_no_gateway_or_no_secret() {
    let none = world::start().await;
    for path in [STRIPE, RAZORPAY] {
        let reply = none.post(path).body("application/json", "{}").await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    let mut config = with_stripe("http://127.0.0.1:9");
    config.stripe.as_mut().unwrap().webhook_secret = None;
    let deaf = world::start_with(config).await;
    let reply = deaf.post(STRIPE).body("application/json", "{}").await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn refund_that_has_come_through_is_known_at_once() {
    let (payment, stripe, line, order) = at_stripe().await;
    stripe.page(&order.to_string(), "pm_card_visa");
    payment.advance(Duration::from_secs(1)).await;
    stripe.books().policy = Refunds::Wait;
    payment.deliver(refund(order)).await;
    payment.settle().await;
    assert!(payment.published::<RefundProcessed>().is_empty());
    stripe.books().refunds[0].status = "succeeded";
    let intent = stripe.books().intents[0].id.clone();
    let object = json!({ "object": "refund", "id": "re_1", "payment_intent": intent });
    tell(&payment, &event("evt_9", &object))
        .await
        .expect(StatusCode::OK);
    payment.settle().await;
    assert_eq!(payment.published_once::<RefundProcessed>().amount, PRICE);
    assert_eq!(line.posted("/refunds"), 1);
}

fn captured(razorpay: &Razorpay, order: OrderId, payment: &str) -> String {
    let order = razorpay.order_of(&order.to_string());
    let entity = json!({ "id": payment, "order_id": order, "status": "captured" });
    json!({ "entity": "event", "event": "payment.captured", "contains": ["payment"], "payload": { "payment": { "entity": entity } } }).to_string()
}

#[tokio::test]
async fn razorpay_tells_and_is_asked() {
    let (payment, razorpay, _line, order) = at_razorpay().await;
    let (id, _) = razorpay.page(&order.to_string(), "authorized");
    let body = captured(&razorpay, order, &id);
    for _ in 0..2 {
        tell_razorpay(&payment, "event-1", &body)
            .await
            .expect(StatusCode::OK);
        payment.settle().await;
    }
    payment.published_once::<PaymentCompleted>();
    assert_eq!(
        calls(&payment, order).await,
        ["charge waiting", "look-up captured"]
    );
}

#[tokio::test]
async fn razorpay_is_heard_with_its_signature_only() {
    let (payment, razorpay, line, order) = at_razorpay().await;
    let body = captured(&razorpay, order, "pay_1");
    let asked = line.asked().len();
    for signature in [
        String::new(),
        razorpay_signature("guessed", body.as_bytes()),
        razorpay_signature(RAZORPAY_WEBHOOKS, b"{}"),
    ] {
        let call = payment
            .post(RAZORPAY)
            .body("application/json", body.clone());
        let name = HeaderName::from_static("x-razorpay-signature");
        let reply = call.header(name, &signature).await;
        reply.expect_problem(StatusCode::BAD_REQUEST, "SIGNATURE_INVALID");
    }
    payment.settle().await;
    assert_eq!(line.asked().len(), asked);
}

#[tokio::test]
async fn money_that_razorpay_takes_after_the_end_goes_back_as_soon_as_it_is_told() {
    let (payment, razorpay, _line, order) = at_razorpay().await;
    payment.deliver(refund(order)).await;
    payment.advance(Duration::from_secs(600)).await;
    payment.forget();
    let (id, _) = razorpay.page(&order.to_string(), "captured");
    let body = captured(&razorpay, order, &id);
    tell_razorpay(&payment, "event-1", &body)
        .await
        .expect(StatusCode::OK);
    payment.settle().await;
    assert_eq!(payment.published_once::<RefundProcessed>().amount, PRICE);
    assert_eq!(
        razorpay.sums(&order.to_string()),
        (PRICE.minor(), PRICE.minor())
    );
}

/// Signed by localstripe, by its own clock.
#[tokio::test]
async fn what_localstripe_tells_is_heard() {
    let local = Local::find();
    let line = local.line().await;
    let now = Clock::system().now();
    let payment = world::start_at(now, with_stripe(&line.url)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}{STRIPE}", listener.local_addr().unwrap());
    serve(listener, payment.router());
    let webhook = [("url", url.as_str()), ("secret", STRIPE_WEBHOOKS)];
    let (status, _) = local
        .post("/_config/webhooks/payment-tests", &webhook)
        .await;
    assert_eq!(status, StatusCode::OK);

    let order = waiting(&payment, PaymentMethod::Stripe).await;
    let intents = local.intents(&line, &order.to_string()).await;
    let path = format!("/v1/payment_intents/{}", intents[0]["id"].as_str().unwrap());
    local
        .post(&path, &[("payment_method", "pm_card_visa")])
        .await;
    local.post(&format!("{path}/confirm"), &[]).await;
    // No time passes here, so the webhook is all that there is to hear of it.
    eventually("the webhook comes", async || {
        payment.settle().await;
        let [status, ..] = figures(&payment, order).await;
        (status == "COMPLETED").then_some(())
    })
    .await;
    payment.published_once::<PaymentCompleted>();
}
