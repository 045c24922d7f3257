//! `GET /api/payments/{id}` and `GET /api/payments/order/{orderId}` (the payer, admins, other services): one payment.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, Path, Problem};
use shared_events::{OrderId, PaymentId};

use super::answers::Detail;
use crate::app::App;
use crate::domain::payment::{self, Bill};
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
    let bill = visible(identity, record.state.bill())?;
    let attempts = attempts::of_payment(app.database.read(), id).await?;
    Ok(Detail::of(&record, bill, attempts))
}

/// The bill, if this caller may know of it.
pub(super) fn visible<'a>(identity: &Identity, bill: Option<&'a Bill>) -> Answer<&'a Bill> {
    bill.filter(|bill| {
        identity.is_admin()
            || identity.is_service()
            || bill.user_id.is_some_and(|payer| identity.is_user(payer))
    })
    .ok_or_else(|| Problem::not_found("payment"))
}
