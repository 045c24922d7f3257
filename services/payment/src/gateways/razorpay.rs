//! Razorpay, by order and signature. One order per charge, made and written down before the shopper's page hears of it; the
//! shopper pays it there. What a payment was authorized for is captured by us, and by nobody else: whether a charge is captured or
//! given up is settled in our own books first, as Razorpay cannot call an order off.

mod refunds;
pub(crate) mod webhook;

use std::time::Duration;

use http::HeaderMap;
use revcart_persistence::Database;
use revcart_runtime::config::Secret;
use serde::Deserialize;
use serde_json::{Value, json};
use shared_events::{NextAction, PaymentMethod, reasons};

use super::records::Records;
use super::signature;
use super::wire::{Content, Wire};
use super::{ChargeCall, Error, Step};
use crate::config::RazorpayConfig;
use crate::domain::payment::Finding;
use crate::store::gateway_charges::{GatewayCharge, Stage};

/// The gateway. Clones share its connections.
#[derive(Clone)]
pub(crate) struct Razorpay {
    wire: Wire,
    records: Records,
    key_id: String,
    key_secret: Secret,
    webhook_secret: Option<Secret>,
}

#[derive(Debug, Deserialize)]
struct Order {
    id: String,
    amount: i64,
    currency: String,
}

/// A shopper's try to pay an order.
#[derive(Debug, Clone, Deserialize)]
struct Payment {
    id: String,
    status: String,
    amount: i64,
    currency: String,
    #[serde(default)]
    captured: bool,
}

#[derive(Debug, Deserialize)]
struct Collection<T> {
    items: Vec<T>,
}

impl Razorpay {
    pub(super) fn new(config: &RazorpayConfig, database: Database, deadline: Duration) -> Self {
        let credentials = (
            Secret::new(config.key_id.clone()),
            Some(config.key_secret.clone()),
        );
        Self {
            wire: Wire::new(&config.url, credentials, HeaderMap::new(), deadline),
            records: Records::new(database, PaymentMethod::Razorpay),
            key_id: config.key_id.clone(),
            key_secret: config.key_secret.clone(),
            webhook_secret: config.webhook_secret.clone(),
        }
    }

    /// What pages name the shop by.
    pub(crate) fn key_id(&self) -> &str {
        &self.key_id
    }

    pub(super) async fn charge(&self, call: &ChargeCall) -> Result<Finding, Error> {
        if let Some(charge) = self.records.find(&call.key).await? {
            return self.standing(&charge).await;
        }
        let Some(order) = self.make(call).await? else {
            return Ok(Finding::Declined {
                reason: reasons::DECLINED.to_owned(),
            });
        };
        let charge = self.records.open(&call.key, &order.id, None, false).await?;
        match charge.stage {
            Stage::Cancelled => Ok(Finding::Void),
            Stage::Open | Stage::Taking => Ok(waiting()),
        }
    }

    pub(super) async fn look_up(&self, key: &str) -> Result<Finding, Error> {
        match self.records.find(key).await? {
            Some(charge) => self.standing(&charge).await,
            None => Ok(Finding::Absent),
        }
    }

    pub(super) async fn cancel(&self, key: &str) -> Result<Finding, Error> {
        let charge = self.records.cancel(key).await?;
        if charge.reference.is_none() {
            return Ok(Finding::Void);
        }
        let found = self.standing(&charge).await?;
        if matches!(found, Finding::Captured { .. }) {
            return Ok(found);
        }
        if charge.stage == Stage::Taking {
            self.records.move_to(key, Stage::Cancelled, None).await?;
        }
        Ok(Finding::GivenUp)
    }

    /// The order of a charge. The receipt is unique, so making it again brings an error, and the order is found by it.
    async fn make(&self, call: &ChargeCall) -> Result<Option<Order>, Error> {
        let (receipt, currency) = (receipt(&call.key), call.amount.currency());
        let body = json!({
            "amount": call.amount.minor(),
            "currency": currency.code(),
            "receipt": receipt,
            "unique_receipt": true,
            "notes": { "charge": call.key },
        });
        let said = self.wire.post("/v1/orders", Content::Json(&body), None);
        match said.await?.decided()? {
            Ok(json) => parsed(&json).map(Some),
            Err(_) => {
                let query = [("receipt", receipt.as_str())];
                let json = self.wire.get("/v1/orders", &query).await?.done()?;
                let orders: Collection<Order> = parsed(&json)?;
                let is_it = |order: &Order| {
                    order.amount == call.amount.minor() && order.currency == currency.code()
                };
                Ok(orders.items.into_iter().find(is_it))
            }
        }
    }

    /// How far a charge has come; what was authorized for it is captured.
    async fn standing(&self, charge: &GatewayCharge) -> Result<Finding, Error> {
        let Some(order) = &charge.reference else {
            return Ok(Finding::Void);
        };
        let path = format!("/v1/orders/{order}/payments");
        let json = self.wire.get(&path, &[]).await?.done()?;
        let payments: Collection<Payment> = parsed(&json)?;
        if let Some(payment) = payments.items.iter().find(|payment| payment.captured) {
            return self.captured(charge, payment).await;
        }
        if charge.stage == Stage::Cancelled {
            // What is authorized and never captured goes back by itself.
            return Ok(Finding::Void);
        }
        let authorized = |payment: &&Payment| payment.status == "authorized";
        match payments.items.iter().find(authorized) {
            Some(payment) => self.capture(charge, payment).await,
            None => Ok(waiting()),
        }
    }

    async fn capture(&self, charge: &GatewayCharge, payment: &Payment) -> Result<Finding, Error> {
        if !self.records.begin_taking(&charge.key, &payment.id).await? {
            return Ok(Finding::Void);
        }
        let path = format!("/v1/payments/{}/capture", payment.id);
        let body = json!({ "amount": payment.amount, "currency": payment.currency });
        let said = self.wire.post(&path, Content::Json(&body), None).await?;
        let payment: Payment = match said.decided()? {
            Ok(json) => parsed(&json)?,
            // Captured before, or gone back by itself: the payment says which.
            Err(_) => {
                let path = format!("/v1/payments/{}", payment.id);
                parsed(&self.wire.get(&path, &[]).await?.done()?)?
            }
        };
        if payment.captured {
            return self.captured(charge, &payment).await;
        }
        if payment.status != "authorized" {
            let (key, open) = (&charge.key, Stage::Open);
            self.records.move_to(key, open, None).await?;
        }
        Ok(waiting())
    }

    async fn captured(&self, charge: &GatewayCharge, payment: &Payment) -> Result<Finding, Error> {
        if charge.paid_by.as_deref() != Some(&payment.id) {
            let stage = match charge.stage {
                Stage::Open => Stage::Taking,
                other => other,
            };
            let paid_by = Some(payment.id.as_str());
            self.records.move_to(&charge.key, stage, paid_by).await?;
        }
        Ok(Finding::Captured {
            reference: payment.id.clone(),
        })
    }

    /// Whether Razorpay has signed that this payment is of the order that *we* know of: what the page says the order is called is
    /// not looked at.
    pub(crate) async fn is_signed(
        &self,
        key: &str,
        payment: &str,
        signature: &str,
    ) -> Result<bool, Error> {
        let charge = self.records.find(key).await?;
        let Some(order) = charge.and_then(|charge| charge.reference) else {
            return Ok(false);
        };
        let message = format!("{order}|{payment}");
        Ok(signature::is_valid(
            &self.key_secret,
            message.as_bytes(),
            signature,
        ))
    }

    /// What the shopper's page needs to go on with a charge.
    pub(crate) async fn next_step(&self, key: &str) -> Result<Option<Step>, Error> {
        let charge = self.records.find(key).await?;
        let order = charge.and_then(|charge| charge.reference);
        Ok(order.map(|order| Step {
            key_id: Some(self.key_id.clone()),
            razorpay_order_id: Some(order),
            ..Step::default()
        }))
    }
}

fn waiting() -> Finding {
    Finding::Waiting {
        next_action: Some(NextAction {
            kind: "checkout".to_owned(),
            url: None,
        }),
    }
}

/// Our key as short as receipts must be (40 characters): `paymentId:charge:1` without what is not needed to tell it apart.
fn receipt(key: &str) -> String {
    key.replace('-', "")
        .replace(":charge:", "-c")
        .replace(":refund:", "-r")
}

fn parsed<T: for<'de> Deserialize<'de>>(json: &Value) -> Result<T, Error> {
    T::deserialize(json).map_err(|error| Error::Unreachable(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use shared_events::PaymentId;

    use super::*;
    use crate::gateways::keys;

    #[test]
    fn receipts_are_short_enough_and_tell_keys_apart() {
        let payment = PaymentId::new();
        let all = [
            receipt(&keys::charge(payment, 1)),
            receipt(&keys::charge(payment, 999_999)),
            receipt(&keys::refund(payment, 1)),
            receipt(&keys::charge(PaymentId::new(), 1)),
        ];
        let mut unique = all.to_vec();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), all.len());
        assert!(all.iter().all(|receipt| receipt.len() <= 40), "{all:?}");
    }
}
