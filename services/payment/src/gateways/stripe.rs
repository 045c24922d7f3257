//! Stripe, by `PaymentIntent`. One intent per charge: made first, without being confirmed, and written down; only then can it
//! take anything, so an answer that is lost on the way costs an intent that nobody can pay. With a payment method from checkout
//! it is confirmed here; without one the shopper's page confirms it by the client secret.
//!
//! Every call that makes something carries our key, and nothing relies on Stripe knowing it again: an intent takes money once
//! by its nature, and refunds are looked for before they are made.

mod intent;
mod refunds;
pub(crate) mod webhook;

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use revcart_persistence::Database;
use revcart_runtime::config::Secret;
use shared_events::{Money, NextAction, PaymentMethod, PaymentToken};

use super::records::Records;
use super::wire::{Content, Refusal, Wire};
use super::{ChargeCall, Error, Step};
use crate::config::StripeConfig;
use crate::domain::payment::Finding;
use crate::store::gateway_charges::{GatewayCharge, Stage};
use intent::Intent;

/// The form of the API that this speaks, whatever the account's own is.
const VERSION: &str = "2024-06-20";
const ONCE: &str = "idempotency-key";

/// The gateway. Clones share its connections.
#[derive(Clone)]
pub(crate) struct Stripe {
    wire: Wire,
    records: Records,
    webhook_secret: Option<Secret>,
    publishable_key: Option<String>,
}

/// What a new charge has come to.
enum Made {
    Intent(GatewayCharge, Intent),
    Declined(Refusal),
}

impl Stripe {
    pub(super) fn new(config: &StripeConfig, database: Database, deadline: Duration) -> Self {
        let version = (
            HeaderName::from_static("stripe-version"),
            HeaderValue::from_static(VERSION),
        );
        let credentials = (config.secret_key.clone(), None);
        Self {
            wire: Wire::new(
                &config.url,
                credentials,
                HeaderMap::from_iter([version]),
                deadline,
            ),
            records: Records::new(database, PaymentMethod::Stripe),
            webhook_secret: config.webhook_secret.clone(),
            publishable_key: config.publishable_key.clone(),
        }
    }

    /// What pages name the shop by.
    pub(crate) fn publishable_key(&self) -> Option<&str> {
        self.publishable_key.as_deref()
    }

    pub(super) async fn charge(&self, call: &ChargeCall) -> Result<Finding, Error> {
        let (charge, intent) = match self.records.find(&call.key).await? {
            Some(charge) => match &charge.reference {
                Some(reference) => {
                    let intent = self.retrieve(reference).await?;
                    (charge, intent)
                }
                None => return Ok(Finding::Void),
            },
            None => match self.make(call).await? {
                Made::Intent(charge, intent) => (charge, intent),
                Made::Declined(refusal) => return Ok(intent::declined(&refusal)),
            },
        };
        if charge.stage == Stage::Cancelled {
            // Given up in the meantime, perhaps before this intent was known: then it is nobody's.
            let intent = self.cancelled(intent).await?;
            return self.found(&charge, intent).await;
        }
        match intent.status.as_str() {
            intent::REQUIRES_CONFIRMATION if charge.with_token => {
                let intent = self.confirmed(&call.key, intent).await?;
                self.found(&charge, intent).await
            }
            _ => self.found(&charge, intent).await,
        }
    }

    pub(super) async fn look_up(&self, key: &str) -> Result<Finding, Error> {
        let Some(charge) = self.records.find(key).await? else {
            return Ok(Finding::Absent);
        };
        let Some(reference) = &charge.reference else {
            return Ok(Finding::Void);
        };
        let mut intent = self.retrieve(reference).await?;
        let is_unconfirmed = intent.status == intent::REQUIRES_CONFIRMATION;
        if charge.stage == Stage::Cancelled {
            intent = self.cancelled(intent).await?;
        } else if is_unconfirmed && charge.with_token {
            // It was made and never asked to take anything: as if it had never come.
            return Ok(Finding::Absent);
        }
        self.found(&charge, intent).await
    }

    pub(super) async fn cancel(&self, key: &str) -> Result<Finding, Error> {
        let charge = self.records.cancel(key).await?;
        let Some(reference) = &charge.reference else {
            return Ok(Finding::Void);
        };
        let intent = self.retrieve(reference).await?;
        let intent = self.cancelled(intent).await?;
        self.found(&charge, intent).await
    }

    async fn make(&self, call: &ChargeCall) -> Result<Made, Error> {
        let minor = call.amount.minor().to_string();
        let currency = currency(call.amount);
        let mut form = vec![
            ("amount", minor.as_str()),
            ("currency", currency.as_str()),
            ("capture_method", "automatic"),
            ("payment_method_types[0]", "card"),
            ("metadata[charge]", call.key.as_str()),
        ];
        if let Some(token) = &call.token {
            form.push(("payment_method", PaymentToken::expose(token)));
        }
        let content = Content::Form(&form);
        let said = self
            .wire
            .post("/v1/payment_intents", content, Some((ONCE, &call.key)));
        let intent = match said.await?.decided()? {
            Ok(json) => Intent::of(&json)?,
            Err(refusal) => return Ok(Made::Declined(refusal)),
        };
        let (id, secret) = (&intent.id, intent.client_secret.as_deref());
        let charge = self
            .records
            .open(&call.key, id, secret, call.token.is_some())
            .await?;
        // Somebody else's is the one that counts.
        let intent = match &charge.reference {
            Some(reference) if *reference != intent.id => self.retrieve(reference).await?,
            Some(_) | None => intent,
        };
        Ok(Made::Intent(charge, intent))
    }

    async fn confirmed(&self, key: &str, intent: Intent) -> Result<Intent, Error> {
        let path = format!("/v1/payment_intents/{}/confirm", intent.id);
        let key = format!("{key}:confirm");
        let said = self
            .wire
            .post(&path, Content::Nothing, Some((ONCE, &key)))
            .await?;
        match said.decided()? {
            Ok(json) => Intent::of(&json),
            // Declined, or confirmed before: the intent itself says which.
            Err(_) => self.retrieve(&intent.id).await,
        }
    }

    /// The intent when it can take nothing any more, or has taken the money.
    async fn cancelled(&self, intent: Intent) -> Result<Intent, Error> {
        if intent.is_over() {
            return Ok(intent);
        }
        let path = format!("/v1/payment_intents/{}/cancel", intent.id);
        match self
            .wire
            .post(&path, Content::Nothing, None)
            .await?
            .decided()?
        {
            Ok(json) => Intent::of(&json),
            Err(_) => self.retrieve(&intent.id).await,
        }
    }

    async fn retrieve(&self, reference: &str) -> Result<Intent, Error> {
        let path = format!("/v1/payment_intents/{reference}");
        Intent::of(&self.wire.get(&path, &[]).await?.done()?)
    }

    /// What an intent says of its charge. One that was tried with what was given at checkout and is not paid can still be paid by
    /// whoever has its client secret: it is ended before the shopper is told no.
    async fn found(&self, charge: &GatewayCharge, intent: Intent) -> Result<Finding, Error> {
        let is_used_up = intent.status == intent::REQUIRES_PAYMENT_METHOD && charge.with_token;
        let intent = match is_used_up {
            true => self.cancelled(intent).await?,
            false => intent,
        };
        intent.finding(charge.with_token)
    }

    /// What the shopper's page needs to go on with a charge.
    pub(super) async fn next_step(&self, key: &str) -> Result<Option<Step>, Error> {
        let charge = self.records.find(key).await?;
        let secret = charge.and_then(|charge| charge.client_secret);
        Ok(secret.map(|secret| Step {
            client_secret: Some(secret),
            publishable_key: self.publishable_key.clone(),
            ..Step::default()
        }))
    }
}

/// What the page has to do.
fn action(kind: &str) -> Option<NextAction> {
    Some(NextAction {
        kind: kind.to_owned(),
        url: None,
    })
}

fn currency(amount: Money) -> String {
    amount.currency().code().to_ascii_lowercase()
}
