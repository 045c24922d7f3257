//! `POST /api/payments/capture` (admins and services, with an idempotency key): cash that was promised has come, by another
//! way than the delivery's word. What gateways take, they take by themselves.

use std::collections::BTreeSet;

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::idempotency::{Once, Reply};
use revcart_http_edge::{Answer, Idempotent, InternalOrAdmin, Problem, ProblemBody, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use shared_events::PaymentId;

use super::answers::Payment;
use super::which::Which;
use crate::app::App;
use crate::domain::payment;
use crate::store::till::Till;

struct Work {
    app: App,
    id: PaymentId,
    once: Once,
    cause: Cause,
}

/// Book cash that has come
///
/// Cash that was promised, by another way than the delivery's word; or the rest of it, where less was collected than was due.
#[utoipa::path(post, path = "/api/payments/capture", request_body = Which,
    params(("Idempotency-Key" = String, Header, description = "A new one for every new request", example = "7f2c9a34", min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    responses(
        (status = 200, body = Payment, description = "The payment"),
        (status = 404, body = ProblemBody, description = "There is no such payment"),
        (status = 409, body = ProblemBody, description = "ALREADY_PAID, NOTHING_TO_CAPTURE, PAYMENT_CLOSED or IDEMPOTENCY_KEY_IN_USE"),
    ),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    _: InternalOrAdmin,
    RequestCause(cause): RequestCause,
    request: Idempotent<Which>,
) -> Answer<Reply> {
    let id = request.body.named()?;
    let database = app.database.clone();
    let work = Work {
        app,
        id,
        once: request.once.clone(),
        cause: cause.correlated(payment::order_of(id).to_string()),
    };
    database
        .write(work, |unit, work| Box::pin(capture(unit, work)))
        .await
}

async fn capture(unit: &mut UnitOfWork, work: &Work) -> Answer<Reply> {
    if let Some(answered) = work.once.answered(unit).await? {
        return Ok(answered);
    }
    let mut till = Till::load(unit, &BTreeSet::from([work.id]), work.app.pace).await?;
    let (next, says) = payment::capture(till.state(work.id))?;
    till.change(work.id, next, &work.cause);
    work.app.say(unit, says, &work.cause);
    let record = till.record(work.id);
    let record = record.ok_or_else(|| Problem::not_found("payment"))?;
    let answer = Payment::of(record)?;
    work.app.save(unit, till).await?;
    work.once.keep(unit, StatusCode::OK, &answer).await
}
