//! Finds what is due: visits that were put off, payments that are polled, and what a crash has left.

use std::time::Duration;

use revcart_persistence::UnitOfWork;
use revcart_runtime::error_chain;
use shared_events::{PaymentId, Timestamp};

use crate::app::App;
use crate::store::{self, payments, till::Till};

/// How often the database is asked, at the most.
const EVERY: Duration = Duration::from_millis(100);
/// Payments taken over at a time.
const MOST: u64 = 128;
/// How long a payment that cannot be read is left alone.
const SET_ASIDE: Duration = Duration::from_secs(30);

/// When it was last looked.
#[derive(Default)]
pub(super) struct Sweep {
    swept_at: Option<Timestamp>,
}

impl Sweep {
    /// Looks, if it is time.
    pub(super) async fn run(&mut self, app: &App) -> Result<(), store::Error> {
        let now = app.clock.now();
        match self.swept_at {
            None => release(app).await?,
            Some(swept_at) if now - swept_at < EVERY => return Ok(()),
            Some(_) => {}
        }
        self.swept_at = Some(now);
        let due = payments::due(app.database.read(), now, MOST).await?;
        let desk = &app.desk;
        let due: Vec<_> = due
            .into_iter()
            .filter(|id| !desk.has_in_hand(*id))
            .collect();
        if due.is_empty() {
            return Ok(());
        }
        take_over(app, due).await
    }
}

/// What a process that is gone had leased is free again, if this is the only one.
async fn release(app: &App) -> Result<(), store::Error> {
    if !app.database.is_sole_owner() {
        return Ok(());
    }
    app.database
        .write((), |unit, ()| {
            Box::pin(async move { payments::release_all(unit.sql(), unit.now()).await })
        })
        .await
}

/// Takes payments over, together, or one by one if that fails: one that cannot be read is set aside for a while.
async fn take_over(app: &App, due: Vec<PaymentId>) -> Result<(), store::Error> {
    let Err(error) = take_over_together(app, due.clone()).await else {
        return Ok(());
    };
    if !matches!(error, store::Error::Corrupt { .. }) {
        return Err(error);
    }
    for id in due {
        if let Err(error) = take_over_together(app, vec![id]).await {
            let error = error_chain(&error);
            tracing::error!(payment = %id, error, "a payment cannot be seen to; it is tried again");
            set_aside(app, id).await?;
        }
    }
    Ok(())
}

async fn take_over_together(app: &App, due: Vec<PaymentId>) -> Result<(), store::Error> {
    app.database
        .write((app.clone(), due), |unit, (app, due)| {
            Box::pin(lease(unit, app, due))
        })
        .await
}

async fn lease(unit: &mut UnitOfWork, app: &App, due: &[PaymentId]) -> Result<(), store::Error> {
    let mut till = Till::load(unit, &due.iter().copied().collect(), app.pace).await?;
    for id in due {
        till.take_over(*id);
    }
    app.save(unit, till).await
}

async fn set_aside(app: &App, payment: PaymentId) -> Result<(), store::Error> {
    app.database
        .write(payment, |unit, payment| {
            let until = unit.now() + SET_ASIDE;
            Box::pin(async move { payments::put_off(unit.sql(), *payment, until).await })
        })
        .await
}
