//! Nothing secret comes into logs, answers for others, or what is kept of calls: each secret has `planted` in it.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderName, StatusCode};
use revcart_testkit::TestService;
use serde_json::json;
use shared_events::{OrderId, PaymentMethod, RequestPayment};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

use crate::gateways::line::Fault;
use crate::gateways::stall::{
    STRIPE_WEBHOOKS, razorpay_line, stripe_line, with_razorpay, with_stripe,
};
use crate::gateways::stripe_signature;
use crate::world::{self, PATIENCE, refund};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

async fn pay(payment: &TestService, method: PaymentMethod, token: Option<&str>) -> OrderId {
    let request = RequestPayment {
        method,
        ..world::request(payment, token)
    };
    payment.deliver(request.clone()).await;
    payment.settle().await;
    request.order_id
}

/// Everything that calls can come to, with all that is logged of it down to the last detail.
#[tokio::test]
async fn secrets_stand_in_no_log_and_in_no_record() {
    let log = Log::default();
    // Without spans: they would be entered here and left on the threads of the database, which know nothing of this log.
    let subscriber = tracing_subscriber::registry()
        .with(filter_fn(|metadata| metadata.is_event()))
        .with(tracing_subscriber::fmt::layer().with_writer(log.clone()));
    let _logged = tracing::subscriber::set_default(subscriber);
    let (_stripe, line) = stripe_line().await;
    let (_razorpay, other_line) = razorpay_line().await;
    let config = payment_service::Config {
        razorpay: with_razorpay(&other_line.url).razorpay,
        ..with_stripe(&line.url)
    };
    tracing::info!(?config, "begins");
    let payment = world::start_with(config).await;
    let mut orders = Vec::new();
    for fault in [Fault::NotOurKey, Fault::BreakOff, Fault::LoseAnswer] {
        line.fail(fault, "/payment_intents");
        other_line.fail(fault, "/orders");
        orders.push(pay(&payment, PaymentMethod::Stripe, Some("pm_card_planted")).await);
        orders.push(pay(&payment, PaymentMethod::Razorpay, None).await);
    }
    orders.push(pay(&payment, PaymentMethod::Stripe, Some("planted_nonsense")).await);
    orders.push(pay(&payment, PaymentMethod::Stripe, None).await);
    let body = json!({ "orderId": orders[1], "razorpayPaymentId": "pay_1", "razorpaySignature": "planted" });
    payment
        .post("/api/payments/verify")
        .token(&payment.customer)
        .json(&body)
        .await;
    let name = HeaderName::from_static("stripe-signature");
    for signature in [
        "t=1,v1=planted".to_owned(),
        stripe_signature(STRIPE_WEBHOOKS, 1, b"{}"),
    ] {
        let call = payment
            .post("/api/payments/webhooks/stripe")
            .header(name.clone(), &signature);
        call.body("application/json", "{}")
            .await
            .expect(StatusCode::BAD_REQUEST);
    }
    payment.advance(Duration::from_secs(2)).await;
    payment.deliver(refund(orders[0])).await;
    payment.advance(PATIENCE).await;
    for order in &orders {
        let shown = world::show(&payment, *order).await.text();
        assert!(!shown.contains("planted"), "{shown}");
        let records = payment_service::trace::of_order(payment.database(), *order)
            .await
            .unwrap();
        let records = format!("{records:?}");
        assert!(!records.contains("planted"), "{records}");
    }
    let log = log.text();
    assert!(log.contains("begins"), "nothing was logged");
    let line = log.lines().find(|line| line.contains("planted"));
    assert_eq!(line, None);
}
