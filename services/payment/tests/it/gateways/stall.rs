//! The service with one gateway, and a shopper who pays there: what the contract suite stands on.

use http::StatusCode;
use payment_service::{Config, RazorpayConfig, StripeConfig};
use revcart_runtime::config::Secret;
use revcart_testkit::TestService;
use serde_json::json;
use shared_events::{OrderId, PaymentMethod, RequestPayment};

use super::line::{Fault, Line};
use super::local::Local;
use super::{razorpay, stripe};
use crate::world;

pub(crate) const STRIPE_WEBHOOKS: &str = "whsec_planted";
pub(crate) const RAZORPAY_WEBHOOKS: &str = "planted_razorpay_webhooks";

/// See the module.
pub(crate) struct Stall {
    pub(crate) payment: TestService,
    pub(crate) config: Config,
    counter: Counter,
}

enum Counter {
    Dummy,
    Local(Local, Line),
    Stripe(stripe::Stripe, Line),
    Razorpay(razorpay::Razorpay, Line),
}

/// Settings with a Stripe at this address.
pub(crate) fn with_stripe(url: &str) -> Config {
    Config {
        stripe: Some(StripeConfig {
            secret_key: Secret::new(stripe::KEY),
            webhook_secret: Some(Secret::new(STRIPE_WEBHOOKS)),
            publishable_key: Some("pk_test_shop".to_owned()),
            url: url.to_owned(),
        }),
        ..Config::for_testing()
    }
}

/// Settings with a Razorpay at this address.
pub(crate) fn with_razorpay(url: &str) -> Config {
    Config {
        razorpay: Some(RazorpayConfig {
            key_id: razorpay::KEY_ID.to_owned(),
            key_secret: Secret::new(razorpay::KEY_SECRET),
            webhook_secret: Some(Secret::new(RAZORPAY_WEBHOOKS)),
            url: url.to_owned(),
        }),
        ..Config::for_testing()
    }
}

impl Stall {
    pub(crate) async fn dummy() -> Self {
        Self::new(Config::for_testing(), Counter::Dummy).await
    }

    pub(crate) async fn local() -> Self {
        let local = Local::find();
        let line = local.line().await;
        Self::new(with_stripe(&line.url), Counter::Local(local, line)).await
    }

    pub(crate) async fn stripe() -> Self {
        let (stripe, line) = stripe_line().await;
        Self::new(with_stripe(&line.url), Counter::Stripe(stripe, line)).await
    }

    pub(crate) async fn razorpay() -> Self {
        let (razorpay, line) = razorpay_line().await;
        Self::new(with_razorpay(&line.url), Counter::Razorpay(razorpay, line)).await
    }

    async fn new(config: Config, counter: Counter) -> Self {
        let payment = world::start_with(config.clone()).await;
        Self {
            payment,
            config,
            counter,
        }
    }

    /// The service again, as after a crash.
    pub(crate) async fn restart(self) -> Self {
        let config = self.config.clone();
        let build = async |adapters| payment_service::build(config, adapters).await;
        let payment = self.payment.restart(build).await;
        if !payment.database().is_sole_owner() {
            payment.clock().advance(world::LEASE);
        }
        Self { payment, ..self }
    }

    /// The command to have a new order paid; `with` is what the shopper has given at checkout, in the gateway's own words.
    pub(crate) fn request(&self, with: Option<&str>) -> RequestPayment {
        let method = match self.counter {
            Counter::Dummy => PaymentMethod::Dummy,
            Counter::Local(..) | Counter::Stripe(..) => PaymentMethod::Stripe,
            Counter::Razorpay(..) => PaymentMethod::Razorpay,
        };
        RequestPayment {
            method,
            ..world::request(&self.payment, with)
        }
    }

    /// One that the gateway can take without the shopper, where it can; else the shopper pays on the page ([`Stall::come_back`]).
    pub(crate) fn ready(&self) -> RequestPayment {
        self.request(match self.counter {
            Counter::Dummy => Some("tok_ok"),
            Counter::Local(..) | Counter::Stripe(..) => Some("pm_card_visa"),
            Counter::Razorpay(..) => None,
        })
    }

    /// One for which the gateway waits for the shopper.
    pub(crate) fn waiting(&self) -> RequestPayment {
        self.request(match self.counter {
            Counter::Dummy => Some("tok_page"),
            _ => None,
        })
    }

    /// The shopper pays on the page if there is one, and comes back.
    pub(crate) async fn come_back(&self, order: OrderId) {
        if let Counter::Razorpay(razorpay, _) = &self.counter {
            let (id, signature) = razorpay.page(&order.to_string(), "authorized");
            let body = json!({ "orderId": order, "razorpayPaymentId": id, "razorpaySignature": signature });
            let call = self.payment.post("/api/payments/verify");
            let reply = call.token(&self.payment.customer).json(&body).await;
            reply.expect(StatusCode::OK);
        }
        self.payment.settle().await;
    }

    /// An order that is paid.
    pub(crate) async fn paid(&self) -> OrderId {
        let request = self.ready();
        self.payment.deliver(request.clone()).await;
        self.payment.settle().await;
        self.come_back(request.order_id).await;
        request.order_id
    }

    /// The shopper tries to pay where the gateway waited for them; whatever comes of it.
    pub(crate) async fn pay_late(&self, order: OrderId) {
        let order_text = order.to_string();
        match &self.counter {
            Counter::Dummy => {
                let body = json!({ "orderId": order, "action": "complete" });
                let call = self.payment.post("/api/payments/dummy");
                call.token(&self.payment.customer).json(&body).await;
            }
            Counter::Local(local, line) => {
                let intents = local.intents(line, &order_text).await;
                let id = intents[0]["id"].as_str().unwrap();
                let path = format!("/v1/payment_intents/{id}");
                local
                    .post(&path, &[("payment_method", "pm_card_visa")])
                    .await;
                local.post(&format!("{path}/confirm"), &[]).await;
            }
            Counter::Stripe(stripe, _) => {
                stripe.page(&order_text, "pm_card_visa");
            }
            Counter::Razorpay(razorpay, _) => {
                razorpay.page(&order_text, "authorized");
            }
        }
    }

    /// What the gateway has on its books of an order: taken, given back, in minor units.
    pub(crate) async fn books(&self, order: OrderId) -> (i64, i64) {
        let payment = order.to_string();
        match &self.counter {
            Counter::Dummy => {
                let facts = payment_service::audit::payment_of(self.payment.database(), order);
                let books = facts.await.unwrap().unwrap().at_gateway.unwrap();
                (books.captured, books.refunded)
            }
            Counter::Local(local, line) => local.sums(line, &payment).await,
            Counter::Stripe(stripe, _) => stripe.sums(&payment),
            Counter::Razorpay(razorpay, _) => razorpay.sums(&payment),
        }
    }

    /// Has the next call go wrong that makes a charge, or takes the money of one.
    pub(crate) fn fail_charge(&self, fault: Fault, at_last: bool) -> bool {
        match (&self.counter, at_last) {
            (Counter::Dummy, _) => return false,
            (Counter::Local(_, line) | Counter::Stripe(_, line), true) => {
                line.fail(fault, "/confirm")
            }
            (Counter::Local(_, line) | Counter::Stripe(_, line), false) => {
                line.fail(fault, "/payment_intents")
            }
            (Counter::Razorpay(_, line), true) => line.fail(fault, "/capture"),
            (Counter::Razorpay(_, line), false) => line.fail(fault, "/orders"),
        }
        true
    }

    /// Has the next refund go wrong.
    pub(crate) fn fail_refund(&self, fault: Fault) -> bool {
        match &self.counter {
            Counter::Dummy => return false,
            Counter::Local(_, line) | Counter::Stripe(_, line) => line.fail(fault, "/refunds"),
            Counter::Razorpay(_, line) => line.fail(fault, "/refund"),
        }
        true
    }

    /// Whether refunds are refused from now on; false if this gateway cannot be told.
    pub(crate) fn refuse_refunds(&self, refuses: bool) -> bool {
        match &self.counter {
            Counter::Dummy | Counter::Local(..) => return false,
            Counter::Stripe(stripe, _) => {
                stripe.books().policy = match refuses {
                    true => stripe::Refunds::Refuse,
                    false => stripe::Refunds::Succeed,
                };
            }
            Counter::Razorpay(razorpay, _) => razorpay.books().refuses = refuses,
        }
        true
    }
}

pub(crate) async fn stripe_line() -> (stripe::Stripe, Line) {
    let stripe = stripe::Stripe::default();
    let line = Line::to(stripe.router()).await;
    (stripe, line)
}

pub(crate) async fn razorpay_line() -> (razorpay::Razorpay, Line) {
    let razorpay = razorpay::Razorpay::default();
    let line = Line::to(razorpay.router()).await;
    (razorpay, line)
}
