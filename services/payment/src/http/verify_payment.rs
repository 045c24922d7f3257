//! `POST /api/payments/verify` (the payer): asks the gateway now how far a payment has come that it is at, and tells.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Identity, Json, Problem};
use serde::Deserialize;
use shared_events::{OrderId, PaymentId};

use super::answers::Detail;
use super::{rules, show_payment};
use crate::app::App;
use crate::executor::at_once;
use crate::store::payments;

/// Which one: by its id or by its order, not both.
#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Which {
    #[garde(skip)]
    payment_id: Option<PaymentId>,
    #[garde(skip)]
    order_id: Option<OrderId>,
}

pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Json(which): Json<Which>,
) -> Answer<Json<Detail>> {
    let id = rules::named(which.payment_id, which.order_id)?;
    let record = payments::find(app.database.read(), id).await?;
    let record = record.ok_or_else(|| Problem::not_found("payment"))?;
    show_payment::owned(&identity, &record.state)?;
    at_once::look_up(&app, id).await?;
    show_payment::show(&app, &identity, id).await.map(Json)
}
