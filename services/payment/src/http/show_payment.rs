//! `GET /api/payments/{id}` and `GET /api/payments/order/{orderId}` (the payer, admins, other services): one payment.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, Path, Problem};
use shared_events::{OrderId, PaymentId};

use super::answers::Detail;
use crate::app::App;
use crate::domain::payment;
use crate::store::{attempts, payments};

pub(super) async fn by_id(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<PaymentId>,
) -> Answer<Json<Detail>> {
    show(&app, &identity, id).await.map(Json)
}

pub(super) async fn of_order(
    State(app): State<App>,
    identity: Identity,
    Path(order): Path<OrderId>,
) -> Answer<Json<Detail>> {
    show(&app, &identity, payment::of_order(order))
        .await
        .map(Json)
}

/// The payment as this caller may see it; 404 if they may not.
pub(super) async fn show(app: &App, identity: &Identity, id: PaymentId) -> Answer<Detail> {
    let record = payments::find(app.database.read(), id).await?;
    let record = record.ok_or_else(|| Problem::not_found("payment"))?;
    visible(identity, &record.state)?;
    let attempts = attempts::of_payment(app.database.read(), id).await?;
    Detail::of(&record, attempts)
}

/// 404 unless this caller may know of the payment: who pays it, admins, other services.
pub(super) fn visible(identity: &Identity, state: &payment::State) -> Answer<()> {
    if identity.is_admin() || identity.is_service() {
        return Ok(());
    }
    owned(identity, state)
}

/// 404 unless it is this caller who pays.
pub(super) fn owned(identity: &Identity, state: &payment::State) -> Answer<()> {
    let payer = state.bill().and_then(|bill| bill.user_id);
    if payer.is_some_and(|payer| identity.is_user(payer)) {
        return Ok(());
    }
    Err(Problem::not_found("payment"))
}
