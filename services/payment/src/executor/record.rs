//! What gateways have said, recorded: the results of many payments in one write.

use std::collections::BTreeSet;

use revcart_persistence::UnitOfWork;
use shared_events::{PaymentId, Timestamp};

use super::visit::Landing;
use crate::app::App;
use crate::domain::payment::{self, Finding, State};
use crate::store::{self, till::Till};

/// Records what came of these visits, publishes what follows, and has done what is to be done next.
pub(crate) async fn record(app: &App, landings: Vec<Landing>) -> Result<(), store::Error> {
    app.database
        .write((app.clone(), landings), |unit, (app, landings)| {
            Box::pin(write(unit, app, landings))
        })
        .await
}

async fn write(unit: &mut UnitOfWork, app: &App, landings: &[Landing]) -> Result<(), store::Error> {
    let ids: BTreeSet<PaymentId> = landings.iter().map(|landing| landing.payment).collect();
    let mut till = Till::load(unit, &ids, app.pace).await?;
    for landing in landings {
        let Some(record) = till.record(landing.payment) else {
            continue;
        };
        let cause = record.cause.clone();
        let (next, says) = payment::heard(&record.state, landing.task, &landing.finding);
        let in_vain = is_in_vain(landing, &next, unit.now());
        if landing.finding == Finding::Refused {
            tracing::error!(payment = %landing.payment, "the gateway will not give money back");
        }
        let (id, lease) = (landing.payment, landing.leased_until);
        till.land(id, lease, next, landing.calls.clone(), in_vain);
        app.say(unit, says, &cause);
    }
    // Let go first: what is to be done next may be of the same payments.
    let desk = app.clone();
    let ids: Vec<PaymentId> = ids.into_iter().collect();
    unit.after_commit(move || desk.desk.let_go(&ids));
    app.save(unit, till).await
}

/// Whether the gateway is to be asked the same again, or something it has just refused: then not at once.
fn is_in_vain(landing: &Landing, next: &State, now: Timestamp) -> bool {
    landing.finding == Finding::Refused || payment::task(next, now) == Some(landing.task)
}
