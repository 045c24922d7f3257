//! `POST /api/payments/initiate` (the payer, with an idempotency key): goes on with the payment that the order's saga has
//! asked for: tries again after a decline, or tells where it stands. It never makes a payment of its own.

use std::collections::BTreeSet;

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::idempotency::{Once, Reply};
use revcart_http_edge::{Answer, Idempotent, Identity, Problem, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::{OrderId, PaymentToken};

use super::answers::Payment;
use super::{rules, show_payment};
use crate::app::App;
use crate::domain::payment;
use crate::store::till::Till;

#[derive(Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Initiation {
    #[garde(skip)]
    order_id: OrderId,
    /// From the gateway's own form; single use.
    #[garde(custom(rules::token))]
    payment_token: Option<PaymentToken>,
}

struct Work {
    app: App,
    identity: Identity,
    initiation: Initiation,
    once: Once,
    cause: Cause,
}

pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    RequestCause(cause): RequestCause,
    request: Idempotent<Initiation>,
) -> Answer<Reply> {
    let database = app.database.clone();
    let work = Work {
        app,
        identity,
        initiation: request.body.clone(),
        once: request.once.clone(),
        cause,
    };
    database
        .write(work, |unit, work| Box::pin(initiate(unit, work)))
        .await
}

async fn initiate(unit: &mut UnitOfWork, work: &Work) -> Answer<Reply> {
    if let Some(answered) = work.once.answered(unit).await? {
        return Ok(answered);
    }
    let Initiation {
        order_id,
        payment_token,
    } = work.initiation.clone();
    let id = payment::of_order(order_id);
    let mut till = Till::load(unit, &BTreeSet::from([id]), work.app.pace).await?;
    let state = till.state(id);
    show_payment::owned(&work.identity, state)?;
    let next = payment::retry(state)?;
    let is_new_try = next != *state;
    till.change(id, next, &work.cause);
    if is_new_try {
        till.give_token(id, payment_token);
    }
    let record = till.record(id);
    let record = record.ok_or_else(|| Problem::not_found("payment"))?;
    let answer = Payment::of(record)?;
    work.app.save(unit, till).await?;
    work.once.keep(unit, StatusCode::ACCEPTED, &answer).await
}
