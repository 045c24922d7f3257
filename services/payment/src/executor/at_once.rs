//! Asks a gateway while a person waits for the answer.

use std::collections::BTreeSet;

use revcart_persistence::UnitOfWork;
use shared_events::PaymentId;

use super::record::record;
use super::visit;
use crate::app::App;
use crate::store;
use crate::store::till::{Till, Visit};

/// Looks a payment up at its gateway, if it is there and no process is at it, and records what it says.
pub(crate) async fn look_up(app: &App, payment: PaymentId) -> Result<(), store::Error> {
    let visits = app
        .database
        .write((app.clone(), payment), |unit, (app, payment)| {
            Box::pin(lease(unit, app, *payment))
        })
        .await?;
    for visit in visits {
        let landing = visit::go(app.clone(), visit).await;
        record(app, vec![landing]).await?;
    }
    Ok(())
}

async fn lease(
    unit: &mut UnitOfWork,
    app: &App,
    payment: PaymentId,
) -> Result<Vec<Visit>, store::Error> {
    let mut till = Till::load(unit, &BTreeSet::from([payment]), app.pace).await?;
    till.hurry(payment);
    till.save(unit).await
}
