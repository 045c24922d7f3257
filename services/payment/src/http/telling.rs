//! What gateways tell by webhook: kept once, and the executor woken. Answered at once; what has happened is asked of the gateway.

use std::collections::BTreeSet;

use revcart_http_edge::{Answer, Json, Problem};
use revcart_persistence::UnitOfWork;
use serde::Serialize;
use shared_events::{PaymentId, PaymentMethod};
use utoipa::ToSchema;

use crate::app::App;
use crate::gateways::keys;
use crate::gateways::webhook::{Event, Unheard};
use crate::store::till::Till;
use crate::store::{self, gateway_charges, webhook_events};

/// It was heard.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookHeard, example = json!({ "received": true }))]
pub(super) struct Heard {
    received: bool,
}

impl From<Unheard> for Problem {
    fn from(unheard: Unheard) -> Self {
        let code = match unheard {
            Unheard::NotSigned => "SIGNATURE_INVALID",
            Unheard::TooOld => "SIGNATURE_EXPIRED",
            Unheard::Malformed => "MALFORMED_EVENT",
        };
        Self::bad_request(code, unheard.to_string())
    }
}

/// Keeps what was told, unless it was told before, and has the gateway asked about it. `heard` is none where there is no gateway
/// that could tell anything.
pub(super) async fn hear(
    app: &App,
    gateway: PaymentMethod,
    heard: Option<Result<Event, Unheard>>,
) -> Answer<Json<Heard>> {
    let event = heard.ok_or_else(|| Problem::not_found("gateway"))??;
    tracing::info!(
        gateway = gateway.as_str(),
        event = event.id,
        kind = event.kind,
        "told by webhook"
    );
    if event.kind == "refund.failed" {
        tracing::error!(
            gateway = gateway.as_str(),
            event = event.id,
            "a refund has failed at its gateway"
        );
    }
    let args = (app.clone(), gateway, event);
    let kept = app.database.write(args, |unit, (app, gateway, event)| {
        Box::pin(keep(unit, app, *gateway, event))
    });
    match kept.await {
        // Told twice at the same time: the other one counts.
        Err(error) if webhook_events::is_taken(&error) => {}
        kept => kept?,
    }
    Ok(Json(Heard { received: true }))
}

async fn keep(
    unit: &mut UnitOfWork,
    app: &App,
    gateway: PaymentMethod,
    event: &Event,
) -> Result<(), store::Error> {
    if webhook_events::is_known(unit.sql(), gateway, &event.id).await? {
        return Ok(());
    }
    webhook_events::append(unit.sql(), (gateway, &event.id), &event.kind, unit.now()).await?;
    let mut told: BTreeSet<PaymentId> = BTreeSet::new();
    let mut attempts = Vec::new();
    for reference in &event.references {
        let charge = gateway_charges::by_reference(unit.sql(), gateway, reference).await?;
        if let Some(charge) = charge {
            told.extend(keys::payment(&charge.key));
            attempts.push(charge.key);
        }
    }
    let mut till = Till::load(unit, &told, app.pace).await?;
    for payment in told {
        till.told(payment);
    }
    for key in attempts {
        warn_of_old(&till, &key);
    }
    app.save(unit, till).await
}

/// A try that no longer counts was called off, so nothing should happen to it any more.
fn warn_of_old(till: &Till, key: &str) {
    let (Some(payment), attempt) = (keys::payment(key), keys::attempt(key)) else {
        return;
    };
    if attempt != Some(till.state(payment).charge().attempt) {
        tracing::warn!(%payment, key, "a gateway tells of a try that no longer counts");
    }
}
