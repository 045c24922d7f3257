//! Refunds at Stripe. Before one is made it is looked for by our key among those of its intent, as Stripe forgets idempotency keys
//! after a day; what was refused once is never asked for again.

use serde::Deserialize;
use serde_json::Value;

use super::{Content, ONCE, Stripe};
use crate::domain::payment::Finding;
use crate::gateways::{Error, RefundCall};

const MOST_PAGES: usize = 20;

#[derive(Debug, Clone, Deserialize)]
struct Refund {
    id: String,
    status: String,
    #[serde(default)]
    metadata: Value,
}

#[derive(Debug, Deserialize)]
struct List {
    data: Vec<Refund>,
    #[serde(default)]
    has_more: bool,
}

impl Stripe {
    pub(in crate::gateways) async fn refund(&self, call: &RefundCall) -> Result<Finding, Error> {
        let known = self.look_up_refund(call).await?;
        if known != Finding::Absent {
            return Ok(known);
        }
        let Some(intent) = self.intent_of(call).await? else {
            return self.refused(call, "nothing_taken").await;
        };
        let amount = call.amount.minor().to_string();
        let form = [
            ("payment_intent", intent.as_str()),
            ("amount", amount.as_str()),
            ("metadata[refund]", call.key.as_str()),
        ];
        let once = Some((ONCE, call.key.as_str()));
        let said = self
            .wire
            .post("/v1/refunds", Content::Form(&form), once)
            .await?;
        match said.decided()? {
            Ok(json) => self.standing(call, &parsed(&json)?).await,
            // It says no because it has made this very refund before?
            Err(refusal) => match self.find(&intent, &call.key).await? {
                Some(refund) => self.standing(call, &refund).await,
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
        let Some(intent) = self.intent_of(call).await? else {
            return Ok(Finding::Absent);
        };
        match self.find(&intent, &call.key).await? {
            Some(refund) => self.standing(call, &refund).await,
            None => Ok(Finding::Absent),
        }
    }

    async fn intent_of(&self, call: &RefundCall) -> Result<Option<String>, Error> {
        let charge = self.records.find(&call.charge).await?;
        Ok(charge.and_then(|charge| charge.reference))
    }

    /// The refund of this key among those of an intent.
    async fn find(&self, intent: &str, key: &str) -> Result<Option<Refund>, Error> {
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut query = vec![("payment_intent", intent), ("limit", "100")];
            query.extend(after.iter().map(|id| ("starting_after", id.as_str())));
            let json = self.wire.get("/v1/refunds", &query).await?.done()?;
            let list: List = parsed(&json)?;
            let last = list.data.last().map(|refund| refund.id.clone());
            let is_it = |refund: &Refund| refund.metadata["refund"] == key;
            if let Some(found) = list.data.into_iter().find(is_it) {
                return Ok(Some(found));
            }
            if !list.has_more || last.is_none() {
                return Ok(None);
            }
            after = last;
        }
        Err(Error::Unreachable("there are too many refunds".into()))
    }

    async fn standing(&self, call: &RefundCall, refund: &Refund) -> Result<Finding, Error> {
        match refund.status.as_str() {
            "succeeded" => Ok(Finding::Refunded),
            "failed" | "canceled" => self.refused(call, &refund.status).await,
            _ => Ok(Finding::Waiting { next_action: None }),
        }
    }

    async fn refused(&self, call: &RefundCall, reason: &str) -> Result<Finding, Error> {
        self.records.refuse(&call.key, reason).await?;
        Ok(Finding::Refused)
    }
}

fn parsed<T: for<'de> Deserialize<'de>>(json: &Value) -> Result<T, Error> {
    T::deserialize(json).map_err(|error| Error::Unreachable(Box::new(error)))
}
