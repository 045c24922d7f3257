//! What gateways outside are known to have, kept by us (`store::gateway_charges`, `store::gateway_refusals`).

use revcart_persistence::Database;
use shared_events::PaymentMethod;

use super::Error;
use crate::store::gateway_charges::{self, GatewayCharge, Stage};
use crate::store::{self, gateway_refusals};

/// The records of one gateway.
#[derive(Clone)]
pub(crate) struct Records {
    database: Database,
    gateway: PaymentMethod,
}

impl Records {
    pub(super) fn new(database: Database, gateway: PaymentMethod) -> Self {
        Self { database, gateway }
    }

    /// What is known of a charge.
    pub(super) async fn find(&self, key: &str) -> Result<Option<GatewayCharge>, Error> {
        let found = gateway_charges::find(self.database.read(), key).await;
        found.map_err(out_of_reach)
    }

    /// Keeps what the gateway calls a charge, before anything can be taken for it. Returns what is known: something else if
    /// somebody was faster, or has given the charge up.
    pub(super) async fn open(
        &self,
        key: &str,
        reference: &str,
        client_secret: Option<&str>,
        with_token: bool,
    ) -> Result<GatewayCharge, Error> {
        let charge = GatewayCharge {
            reference: Some(reference.to_owned()),
            client_secret: client_secret.map(str::to_owned),
            with_token,
            ..self.unheard(key, Stage::Open)
        };
        let made = self.database.write(charge, |unit, charge| {
            Box::pin(async move {
                if let Some(found) = gateway_charges::lock(unit.sql(), &charge.key).await? {
                    return Ok(found);
                }
                gateway_charges::insert(unit.sql(), charge, unit.now()).await?;
                Ok(charge.clone())
            })
        });
        self.made_or_found(made.await, key).await
    }

    /// Gives a charge up, also one that is not known yet. Returns what is known then: it goes on if money is being taken.
    pub(super) async fn cancel(&self, key: &str) -> Result<GatewayCharge, Error> {
        let tombstone = self.unheard(key, Stage::Cancelled);
        let made = self.database.write(tombstone, |unit, tombstone| {
            Box::pin(async move {
                let key = tombstone.key.as_str();
                let Some(found) = gateway_charges::lock(unit.sql(), key).await? else {
                    gateway_charges::insert(unit.sql(), tombstone, unit.now()).await?;
                    return Ok(tombstone.clone());
                };
                if found.stage != Stage::Open {
                    return Ok(found);
                }
                gateway_charges::move_to(unit.sql(), key, Stage::Cancelled, None).await?;
                let stage = Stage::Cancelled;
                Ok(GatewayCharge { stage, ..found })
            })
        });
        let made = made.await;
        match made {
            // The charge was made known in this moment: it is given up as such.
            Err(error) if gateway_charges::is_taken(&error) => Box::pin(self.cancel(key)).await,
            made => made.map_err(out_of_reach),
        }
    }

    /// From now on the money of this payment is taken for the charge. False if it was given up.
    pub(super) async fn begin_taking(&self, key: &str, paid_by: &str) -> Result<bool, Error> {
        let args = (key.to_owned(), paid_by.to_owned());
        let begun = self.database.write(args, |unit, (key, paid_by)| {
            Box::pin(async move {
                let found = gateway_charges::lock(unit.sql(), key).await?;
                if found.is_none_or(|found| found.stage == Stage::Cancelled) {
                    return Ok(false);
                }
                let stage = Stage::Taking;
                gateway_charges::move_to(unit.sql(), key, stage, Some(paid_by)).await?;
                Ok(true)
            })
        });
        begun.await.map_err(out_of_reach)
    }

    /// Brings a charge to a stage, and keeps by what it was paid.
    pub(super) async fn move_to(
        &self,
        key: &str,
        stage: Stage,
        paid_by: Option<&str>,
    ) -> Result<(), Error> {
        let args = (key.to_owned(), paid_by.map(str::to_owned));
        let moved = self.database.write(args, move |unit, (key, paid_by)| {
            Box::pin(async move {
                gateway_charges::move_to(unit.sql(), key, stage, paid_by.as_deref()).await
            })
        });
        moved.await.map_err(out_of_reach)
    }

    /// Whether a refund was refused.
    pub(super) async fn is_refused(&self, key: &str) -> Result<bool, Error> {
        let found = gateway_refusals::contains(self.database.read(), key).await;
        found.map_err(out_of_reach)
    }

    /// Keeps that a refund was refused: it is never asked for again.
    pub(super) async fn refuse(&self, key: &str, reason: &str) -> Result<(), Error> {
        let args = (key.to_owned(), reason.to_owned());
        let kept = self.database.write(args, |unit, (key, reason)| {
            Box::pin(
                async move { gateway_refusals::keep(unit.sql(), key, reason, unit.now()).await },
            )
        });
        kept.await.map_err(out_of_reach)
    }

    fn unheard(&self, key: &str, stage: Stage) -> GatewayCharge {
        GatewayCharge {
            key: key.to_owned(),
            gateway: self.gateway,
            reference: None,
            client_secret: None,
            paid_by: None,
            stage,
            with_token: false,
        }
    }

    async fn made_or_found(
        &self,
        made: Result<GatewayCharge, store::Error>,
        key: &str,
    ) -> Result<GatewayCharge, Error> {
        match made {
            Err(error) if gateway_charges::is_taken(&error) => {
                let found = self.find(key).await?;
                found.ok_or_else(|| out_of_reach(error))
            }
            made => made.map_err(out_of_reach),
        }
    }
}

fn out_of_reach(error: store::Error) -> Error {
    Error::Unreachable(Box::new(error))
}
