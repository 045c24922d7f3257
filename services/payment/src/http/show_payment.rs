//! `GET /api/payments/{id}` and `GET /api/payments/order/{orderId}` (the payer, admins, other services): one payment.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, Path, Problem, Visitor};
use shared_events::{OrderId, PaymentId};

use super::answers::Detail;
use crate::app::App;
use crate::domain::payment;
use crate::gateways::{Step, keys};
use crate::store::payments::Record;
use crate::store::{attempts, payments};

/// A payment
///
/// With the calls that were made for it. Its payer is also told what to do next, with what their page needs for that.
#[utoipa::path(get, path = "/api/payments/{id}",
    params(("id" = PaymentId, Path, description = "The payment")),
    responses((status = 200, body = Detail, description = "The payment")),
    security(("bearer" = [])))]
pub(super) async fn by_id(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<PaymentId>,
) -> Answer<Json<Detail>> {
    let visitor = Visitor::User(identity);
    show(&app, &visitor, id).await.map(Json)
}

/// The payment of an order
///
/// Like `GET /api/payments/{id}`; a guest sees it with their order token.
#[utoipa::path(get, path = "/api/payments/order/{id}",
    params(("id" = OrderId, Path, description = "The order")),
    responses((status = 200, body = Detail, description = "The payment")),
    security(("bearer" = [])))]
pub(super) async fn of_order(
    State(app): State<App>,
    visitor: Visitor,
    Path(order): Path<OrderId>,
) -> Answer<Json<Detail>> {
    show(&app, &visitor, payment::of_order(order))
        .await
        .map(Json)
}

/// The payment as this visitor may see it; 404 if they may not.
pub(super) async fn show(app: &App, visitor: &Visitor, id: PaymentId) -> Answer<Detail> {
    let record = payments::find(app.database.read(), id).await?;
    let record = record.ok_or_else(|| Problem::not_found("payment"))?;
    visible(visitor, &record.state)?;
    let attempts = attempts::of_payment(app.database.read(), id).await?;
    let step = match owned(visitor, &record.state) {
        Ok(()) => next_step(app, id, &record).await?,
        Err(_) => None,
    };
    Detail::of(&record, attempts, step)
}

async fn next_step(app: &App, id: PaymentId, record: &Record) -> Answer<Option<Step>> {
    let charge = record.state.charge();
    let (Some(bill), Some(_)) = (record.state.bill(), &charge.next_action) else {
        return Ok(None);
    };
    let key = keys::charge(id, charge.attempt);
    let step = app.gateways.next_step(bill.method, &key).await;
    step.map_err(|error| Problem::internal(&error))
}

/// 404 unless this visitor may know of the payment: who pays it, admins, other services.
pub(super) fn visible(visitor: &Visitor, state: &payment::State) -> Answer<()> {
    match visitor {
        Visitor::User(identity) if identity.is_admin() || identity.is_service() => Ok(()),
        _ => owned(visitor, state),
    }
}

/// 404 unless it is this visitor who pays.
pub(super) fn owned(visitor: &Visitor, state: &payment::State) -> Answer<()> {
    let pays = |bill: &payment::Bill| match (visitor, bill.user_id) {
        (Visitor::User(identity), Some(payer)) => identity.is_user(payer),
        (Visitor::Guest(order), None) => *order == bill.order_id,
        (Visitor::User(_), None) | (Visitor::Guest(_), Some(_)) => false,
    };
    if state.bill().is_some_and(pays) {
        return Ok(());
    }
    Err(Problem::not_found("payment"))
}
