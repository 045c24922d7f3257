//! Refunds at Razorpay. Before one is made it is looked for by its receipt among those of its payment; what was refused once is
//! never asked for again.

use serde::Deserialize;
use serde_json::json;

use super::{Collection, Content, Razorpay, parsed, receipt};
use crate::domain::payment::Finding;
use crate::gateways::{Error, RefundCall};

/// The header by which Razorpay knows a refund again.
const ONCE: &str = "x-refund-idempotency";
const PAGE: usize = 100;
const MOST_PAGES: usize = 20;

#[derive(Debug, Clone, Deserialize)]
struct Refund {
    status: String,
    receipt: Option<String>,
}

impl Razorpay {
    pub(in crate::gateways) async fn refund(&self, call: &RefundCall) -> Result<Finding, Error> {
        let known = self.look_up_refund(call).await?;
        if known != Finding::Absent {
            return Ok(known);
        }
        let Some(payment) = self.payment_of(call).await? else {
            return self.refused(call, "nothing_taken").await;
        };
        let receipt = receipt(&call.key);
        let body = json!({
            "amount": call.amount.minor(),
            "speed": "normal",
            "receipt": receipt,
            "notes": { "refund": call.key },
        });
        let path = format!("/v1/payments/{payment}/refund");
        let said = self
            .wire
            .post(&path, Content::Json(&body), Some((ONCE, &receipt)))
            .await?;
        match said.decided()? {
            Ok(json) => self.standing_of(call, &parsed(&json)?).await,
            // It says no because it has made this very refund before?
            Err(refusal) => match self.find(&payment, &receipt).await? {
                Some(refund) => self.standing_of(call, &refund).await,
                None => self.refused(call, &refusal.code).await,
            },
        }
    }

    pub(in crate::gateways) async fn look_up_refund(
        &self,
        call: &RefundCall,
    ) -> Result<Finding, Error> {
        if self.records.is_refused(&call.key).await? {
            return Ok(Finding::Refused);
        }
        let Some(payment) = self.payment_of(call).await? else {
            return Ok(Finding::Absent);
        };
        match self.find(&payment, &receipt(&call.key)).await? {
            Some(refund) => self.standing_of(call, &refund).await,
            None => Ok(Finding::Absent),
        }
    }

    async fn payment_of(&self, call: &RefundCall) -> Result<Option<String>, Error> {
        let charge = self.records.find(&call.charge).await?;
        Ok(charge.and_then(|charge| charge.paid_by))
    }

    async fn find(&self, payment: &str, receipt: &str) -> Result<Option<Refund>, Error> {
        let path = format!("/v1/payments/{payment}/refunds");
        for page in 0..MOST_PAGES {
            let (count, skip) = (PAGE.to_string(), (page * PAGE).to_string());
            let query = [("count", count.as_str()), ("skip", skip.as_str())];
            let json = self.wire.get(&path, &query).await?.done()?;
            let refunds: Collection<Refund> = parsed(&json)?;
            let is_last = refunds.items.len() < PAGE;
            let is_it = |refund: &Refund| refund.receipt.as_deref() == Some(receipt);
            let found = refunds.items.into_iter().find(is_it);
            if found.is_some() || is_last {
                return Ok(found);
            }
        }
        Err(Error::Unreachable("there are too many refunds".into()))
    }

    async fn standing_of(&self, call: &RefundCall, refund: &Refund) -> Result<Finding, Error> {
        match refund.status.as_str() {
            "processed" => Ok(Finding::Refunded),
            "failed" => self.refused(call, &refund.status).await,
            _ => Ok(Finding::Waiting { next_action: None }),
        }
    }

    async fn refused(&self, call: &RefundCall, reason: &str) -> Result<Finding, Error> {
        self.records.refuse(&call.key, reason).await?;
        Ok(Finding::Refused)
    }
}
