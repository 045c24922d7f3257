//! Deadlines of sagas: timers that have gone off are claimed in batches and told to their sagas.

use std::time::Duration;

use revcart_http_edge::host::{Job, JobError, Progress};
use revcart_persistence::{Cause, UnitOfWork};
use saga::order::Input;
use shared_events::OrderId;

use crate::app::App;
use crate::case::{self, Error};
use crate::store::timers;

/// How late a deadline may be noticed. The design allows 250 ms.
const EVERY: Duration = Duration::from_millis(200);
/// Timers in one transaction.
const BATCH: u64 = 128;
/// How long a timer whose case cannot be handled is left alone.
const SET_ASIDE: Duration = Duration::from_secs(30);

pub(super) fn job(app: &App) -> Job {
    let app = app.clone();
    Job::every("saga deadlines", EVERY, move || {
        let app = app.clone();
        Box::pin(async move { round(&app).await })
    })
}

async fn round(app: &App) -> Result<Progress, JobError> {
    let due = timers::due(app.database.read(), app.clock.now(), BATCH).await?;
    if due.is_empty() {
        return Ok(Progress::Idle);
    }
    let mut orders: Vec<OrderId> = due.iter().map(|timer| timer.order_id).collect();
    // Locked in this order.
    orders.sort_unstable();
    let more = orders.len() as u64 == BATCH;
    if let Err(error) = pass(app, orders.clone()).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "a batch of deadlines failed; handling them one by one"
        );
        one_by_one(app, orders).await?;
    }
    Ok(if more { Progress::More } else { Progress::Idle })
}

/// Tells the sagas of these orders that their deadlines have passed.
async fn pass(app: &App, orders: Vec<OrderId>) -> Result<(), Error> {
    let args = (app.clone(), orders);
    app.database
        .write(args, |unit, (app, orders)| {
            Box::pin(claim_and_tell(unit, app, orders))
        })
        .await
}

async fn claim_and_tell(unit: &mut UnitOfWork, app: &App, orders: &[OrderId]) -> Result<(), Error> {
    let now = unit.now();
    // Sagas first, like everybody who moves them on. Another replica may have seen the same timers and been faster.
    let mut cases = case::load(unit.sql(), orders).await?;
    for timer in timers::claim(unit.sql(), orders, now).await? {
        if let Some(case) = cases.get_mut(&timer.order_id) {
            let input = Input::DeadlinePassed {
                generation: timer.generation,
            };
            let cause = Cause::new(timer.order_id.to_string());
            case.tell(input, cause, &app.config.saga, now)?;
        }
    }
    case::save(unit, cases.into_values(), &app.followers).await
}

/// One bad case must not hold up the others: it is set aside for a while and tried again.
async fn one_by_one(app: &App, orders: Vec<OrderId>) -> Result<(), Error> {
    for order in orders {
        if let Err(error) = pass(app, vec![order]).await {
            tracing::error!(%order, error = &error as &dyn std::error::Error, "a deadline cannot be handled; it is tried again");
            set_aside(app, order).await?;
        }
    }
    Ok(())
}

async fn set_aside(app: &App, order: OrderId) -> Result<(), Error> {
    app.database
        .write(order, |unit, order| {
            Box::pin(async move {
                let now = unit.now();
                Ok(timers::set_aside(unit.sql(), *order, now, now + SET_ASIDE).await?)
            })
        })
        .await
}
