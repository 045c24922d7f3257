//! `POST /api/payments/initiate` (the payer, with an idempotency key): goes on with the payment that the order's saga has
//! asked for: tries again after a decline, or tells where it stands. It never makes a payment of its own.

use std::collections::BTreeSet;

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::idempotency::{Once, Reply};
use revcart_http_edge::{Answer, Idempotent, Problem, ProblemBody, RequestCause, Visitor};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::{OrderId, PaymentToken};
use utoipa::ToSchema;

use super::answers::Payment;
use super::{rules, show_payment};
use crate::app::App;
use crate::domain::payment;
use crate::store::till::Till;

/// Which order is to be paid, and by what.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[schema(as = PaymentInitiation, example = json!({ "orderId": "01981f3e-0000-7000-8000-000000000001", "paymentToken": "pm_card_visa" }))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Initiation {
    #[garde(skip)]
    order_id: OrderId,
    /// From the gateway's own form; single use.
    #[garde(custom(rules::token))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255, pattern = r"^[^\x00]*$")]
    payment_token: Option<PaymentToken>,
}

struct Work {
    app: App,
    visitor: Visitor,
    initiation: Initiation,
    once: Once,
    cause: Cause,
}

/// Go on with a payment
///
/// Tries again after a decline that was not final, or tells where the payment stands. How the payer goes on at the gateway's
/// page stands in `GET /api/payments/order/{id}`.
#[utoipa::path(post, path = "/api/payments/initiate", request_body = Initiation,
    params(("Idempotency-Key" = String, Header, description = "A new one for every new request", example = "7f2c9a34", min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    responses(
        (status = 202, body = Payment, description = "The payment, which the gateway is at"),
        (status = 404, body = ProblemBody, description = "There is no such payment"),
        (status = 409, body = ProblemBody, description = "ALREADY_PAID, PAYMENT_CLOSED or IDEMPOTENCY_KEY_IN_USE"),
    ),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    visitor: Visitor,
    RequestCause(cause): RequestCause,
    request: Idempotent<Initiation>,
) -> Answer<Reply> {
    let database = app.database.clone();
    let work = Work {
        app,
        visitor,
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
    show_payment::owned(&work.visitor, state)?;
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
