//! One shopper: fills a cart, checks out, waits for the end, sometimes changes their mind.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::Rng;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::mix::{Intent, Mix};
use super::report::{Ended, Outcome};
use super::stage::{Stage, log_in};
use super::storefront::{Call, Reply, Storefront};

const PASSWORD: &str = "load-run-passphrase-1";
/// A new access token well before the old one ends.
const TOKEN_AGE: Duration = Duration::from_secs(600);
/// How long an order may take to settle before it counts as an error.
const SETTLED_WITHIN: Duration = Duration::from_secs(900);

pub(crate) struct Shopper {
    storefront: Storefront,
    mix: Mix,
    email: String,
    token: Mutex<(Instant, Arc<str>)>,
    near: String,
    far: String,
}

impl Shopper {
    pub(crate) async fn sign_up(
        storefront: Storefront,
        stage: &Stage,
        mix: Mix,
        number: u32,
    ) -> anyhow::Result<Self> {
        let email = format!("load-{}-{number}@revcart.local", stage.run);
        let account =
            json!({"email": email, "password": PASSWORD, "name": format!("Load Shopper {number}")});
        let registered = storefront
            .post("/api/users/register", None, account)
            .await?;
        anyhow::ensure!(
            registered.status.is_success() || registered.code() == "EMAIL_TAKEN",
            "registering: {} {}",
            registered.status,
            registered.json
        );
        let token: Arc<str> = log_in(&storefront, &email, PASSWORD).await?.into();
        let near = address(&storefront, &token, "Home", "560001").await?;
        let far = if mix.no_agent > 0.0 {
            address(&storefront, &token, "Island", "744101").await?
        } else {
            String::new()
        };
        Ok(Self {
            storefront,
            mix,
            email,
            token: Mutex::new((Instant::now(), token)),
            near,
            far,
        })
    }

    /// Places one order and follows it to its end.
    pub(crate) async fn order(&self, stage: &Stage) -> Ended {
        let intent = self.intent();
        match self.try_order(stage, intent).await {
            Ok(ended) => ended,
            Err(error) => Ended {
                outcome: Outcome::Error(format!("{error:#}")),
                checkout: None,
            },
        }
    }

    fn intent(&self) -> Intent {
        self.mix.draw(&mut rand::rng())
    }

    async fn try_order(&self, stage: &Stage, intent: Intent) -> anyhow::Result<Ended> {
        let token = self.token().await?;
        let scarce = if intent == Intent::RunOut {
            Some(stage.scarce_product().await?)
        } else {
            None
        };
        for product in [
            scarce.unwrap_or_else(|| stage.any_product()),
            stage.any_product(),
        ] {
            let quantity = rand::rng().random_range(1..=3);
            let body = json!({"productId": product, "quantity": quantity});
            let added = self
                .storefront
                .post("/api/cart/items", Some(&token), body)
                .await?;
            if !added.status.is_success() && scarce.is_none() {
                anyhow::bail!("adding to the cart: {} {}", added.status, added.json);
            }
        }
        let started = Instant::now();
        let reply = self.check_out(&token, intent).await?;
        let Some(order_id) = reply.json["orderId"].as_str().map(str::to_owned) else {
            self.clear(&token).await?;
            return match reply.status {
                StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY if scarce.is_some() => {
                    Ok(Ended {
                        outcome: Outcome::Refused(reply.code().to_owned()),
                        checkout: None,
                    })
                }
                _ => anyhow::bail!("checkout: {} {}", reply.status, reply.json),
            };
        };
        self.storefront.accepted(&order_id);
        let ended = self.follow(&token, &order_id, intent, reply).await?;
        let took = started.elapsed();
        if ended != Outcome::Confirmed || scarce.is_some() {
            // A declined order leaves the cart as it was, and a confirmed one leaves it by a message that may come late: what
            // has run out must not be in the way of the next round.
            self.clear(&token).await?;
        }
        Ok(Ended {
            outcome: ended,
            checkout: (intent != Intent::Cancel).then_some(took),
        })
    }

    async fn check_out(&self, token: &str, intent: Intent) -> anyhow::Result<Reply> {
        let (method, payment_token) = match intent {
            Intent::BeDeclined => ("DUMMY", Some("tok_declined")),
            Intent::Hang => ("DUMMY", Some("tok_hang")),
            Intent::BuyForCash => ("COD", None),
            Intent::Buy | Intent::RunOut | Intent::LiveFarAway | Intent::Cancel => {
                ("DUMMY", Some("tok_ok"))
            }
        };
        let address = if intent == Intent::LiveFarAway {
            &self.far
        } else {
            &self.near
        };
        let mut body = json!({"addressId": address, "paymentMethod": method});
        if let Some(payment_token) = payment_token {
            body["paymentToken"] = Value::from(payment_token);
        }
        let mut headers = vec![("idempotency-key", uuid::Uuid::now_v7().to_string())];
        if intent != Intent::Cancel {
            headers.push(("prefer", "wait=30".to_owned()));
        }
        let call = Call {
            method: Method::POST,
            path: "/api/orders/checkout",
            token: Some(token),
            body: Some(body),
            headers: &headers,
        };
        self.storefront.call(&call).await
    }

    async fn follow(
        &self,
        token: &str,
        order_id: &str,
        intent: Intent,
        reply: Reply,
    ) -> anyhow::Result<Outcome> {
        if intent == Intent::Cancel {
            let pause = Duration::from_micros(rand::rng().random_range(0..60_000));
            tokio::time::sleep(pause).await;
            let path = format!("/api/orders/{order_id}/cancel");
            let call = Call {
                method: Method::PUT,
                path: &path,
                token: Some(token),
                body: Some(json!({"reason": "changed my mind"})),
                headers: &[],
            };
            let cancelled = self.storefront.call(&call).await?;
            anyhow::ensure!(
                !cancelled.status.is_server_error(),
                "cancelling: {} {}",
                cancelled.status,
                cancelled.json
            );
        } else if let Some(outcome) = settled(&reply) {
            return Ok(outcome);
        }
        let asked = Instant::now();
        while asked.elapsed() < SETTLED_WITHIN {
            let order = self
                .storefront
                .get(&format!("/api/orders/{order_id}"), Some(token))
                .await?
                .ok("reading the order")?;
            match order["status"].as_str().unwrap_or_default() {
                "CANCELLED" => {
                    return Ok(Outcome::Cancelled(
                        order["outcome"].as_str().unwrap_or("CANCELLED").to_owned(),
                    ));
                }
                "CONFIRMED" | "OUT_FOR_DELIVERY" | "DELIVERED"
                    if intent != Intent::Cancel && order["outcome"] == "CONFIRMED" =>
                {
                    return Ok(Outcome::Confirmed);
                }
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        anyhow::bail!(
            "order {order_id} did not settle within {} s",
            SETTLED_WITHIN.as_secs()
        )
    }

    async fn clear(&self, token: &str) -> anyhow::Result<()> {
        let call = Call {
            method: Method::DELETE,
            path: "/api/cart/clear",
            token: Some(token),
            body: None,
            headers: &[],
        };
        let cleared = self.storefront.call(&call).await?;
        anyhow::ensure!(
            cleared.status.is_success(),
            "clearing the cart: {} {}",
            cleared.status,
            cleared.json
        );
        Ok(())
    }

    async fn token(&self) -> anyhow::Result<Arc<str>> {
        let mut token = self.token.lock().await;
        if token.0.elapsed() > TOKEN_AGE {
            *token = (
                Instant::now(),
                log_in(&self.storefront, &self.email, PASSWORD)
                    .await?
                    .into(),
            );
        }
        Ok(Arc::clone(&token.1))
    }
}

/// What the answer to a checkout that waited says of the end.
fn settled(reply: &Reply) -> Option<Outcome> {
    match reply.status {
        StatusCode::CREATED => Some(Outcome::Confirmed),
        StatusCode::CONFLICT => Some(Outcome::Cancelled(reply.code().to_owned())),
        _ => None,
    }
}

async fn address(
    storefront: &Storefront,
    token: &str,
    label: &str,
    postal_code: &str,
) -> anyhow::Result<String> {
    let body = json!({
        "label": label, "recipient": "Load Shopper", "line1": "1 MG Road", "city": "Bengaluru", "state": "KA",
        "postalCode": postal_code, "country": "IN", "phone": "+919800000000",
    });
    let created = storefront
        .post("/api/users/addresses", Some(token), body)
        .await?
        .ok("adding an address")?;
    Ok(created["addressId"].as_str().unwrap_or_default().to_owned())
}
