//! `POST /api/payments/refund` (admins and services, with an idempotency key): part of what was taken goes back by hand, or
//! all that is left. A payment that its saga is deciding about is refused; to undo an order, cancel it.

use std::collections::BTreeSet;

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::idempotency::{Once, Reply};
use revcart_http_edge::{Answer, Idempotent, InternalOrAdmin, Problem, ProblemBody, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::{Deserialize, Serialize};
use shared_events::{Money, OrderId, PaymentId, RefundId};
use utoipa::ToSchema;

use super::{rules, which};
use crate::app::App;
use crate::domain::payment;
use crate::store::manual_refunds::{self, ManualRefund};
use crate::store::till::Till;

/// How much is to go back, of which payment, and why.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[schema(as = ManualRefund, example = json!({ "orderId": "01981f3e-0000-7000-8000-000000000001", "amount": { "amount": "99.00", "currency": "INR" }, "reason": "one was broken" }))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    /// Which one: by its id or by its order, not both.
    #[garde(skip)]
    payment_id: Option<PaymentId>,
    #[garde(skip)]
    order_id: Option<OrderId>,
    /// How much; all that is left, if it is not said.
    #[garde(custom(rules::positive))]
    amount: Option<Money>,
    #[garde(length(chars, max = 500), custom(rules::not_blank))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00]*[^\s\x00][^\x00]*$"
    )]
    reason: String,
}

/// A refund that the gateway has yet to make.
#[derive(Serialize, ToSchema)]
#[schema(as = AcceptedRefund)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    refund_id: RefundId,
    payment_id: PaymentId,
    order_id: OrderId,
    amount: Money,
    status: &'static str,
}

struct Work {
    app: App,
    id: PaymentId,
    request: Request,
    actor: String,
    once: Once,
    cause: Cause,
}

/// Give money back by hand
///
/// Part of what was taken, or all that is left; never more. Several refunds at the same time come one after the other. To undo an
/// order, cancel it.
#[utoipa::path(post, path = "/api/payments/refund", request_body = Request,
    params(("Idempotency-Key" = String, Header, description = "A new one for every new request", example = "7f2c9a34", min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    responses(
        (status = 202, body = Accepted, description = "The gateway is asked to give it back"),
        (status = 404, body = ProblemBody, description = "There is no such payment"),
        (status = 409, body = ProblemBody, description = "REFUND_TOO_LARGE (with `available`), OWNED_BY_SAGA, PAYMENT_CLOSED or IDEMPOTENCY_KEY_IN_USE"),
    ),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    InternalOrAdmin(identity): InternalOrAdmin,
    RequestCause(cause): RequestCause,
    request: Idempotent<Request>,
) -> Answer<Reply> {
    let id = which::named(request.body.payment_id, request.body.order_id)?;
    let database = app.database.clone();
    let work = Work {
        app,
        id,
        request: request.body.clone(),
        actor: identity.scope(),
        once: request.once.clone(),
        cause,
    };
    database
        .write(work, |unit, work| Box::pin(refund(unit, work)))
        .await
}

async fn refund(unit: &mut UnitOfWork, work: &Work) -> Answer<Reply> {
    if let Some(answered) = work.once.answered(unit).await? {
        return Ok(answered);
    }
    let mut till = Till::load(unit, &BTreeSet::from([work.id]), work.app.pace).await?;
    let state = till.state(work.id);
    let bill = state.bill().ok_or_else(|| Problem::not_found("payment"))?;
    let order_id = bill.order_id;
    let left = Money::from_minor(state.remaining(), bill.amount.currency());
    let amount = work.request.amount.unwrap_or(left);
    let (next, refund_id) = payment::refund(state, amount)?;
    till.change(work.id, next, &work.cause);
    work.app.save(unit, till).await?;
    let by_hand = ManualRefund {
        payment: work.id,
        id: refund_id,
        amount,
        actor: work.actor.clone(),
        reason: work.request.reason.clone(),
        at: unit.now(),
    };
    manual_refunds::append(unit.sql(), by_hand).await?;
    let accepted = Accepted {
        refund_id,
        payment_id: work.id,
        order_id,
        amount,
        status: "PENDING",
    };
    work.once.keep(unit, StatusCode::ACCEPTED, &accepted).await
}
