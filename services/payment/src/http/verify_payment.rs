//! `POST /api/payments/verify` (the payer): asks the gateway now how far a payment has come that it is at, and tells.

use super::answers::Detail;
use super::show_payment;
use super::which::Which;
use crate::app::App;
use crate::executor::at_once;
use crate::store::payments;
use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, Problem};

pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Json(which): Json<Which>,
) -> Answer<Json<Detail>> {
    let id = which.named()?;
    let record = payments::find(app.database.read(), id).await?;
    let record = record.ok_or_else(|| Problem::not_found("payment"))?;
    show_payment::owned(&identity, &record.state)?;
    at_once::look_up(&app, id).await?;
    show_payment::show(&app, &identity, id).await.map(Json)
}
