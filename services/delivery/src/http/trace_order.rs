//! `GET /internal/trace/{orderId}` (internal): what this service has on record of an order, for its timeline.

use axum::extract::State;
use revcart_http_edge::{Answer, Internal, Json, Path};
use serde::Serialize;
use shared_events::OrderId;

use crate::app::App;
use crate::trace::{self, Record};

#[derive(Serialize)]
pub(super) struct Trace {
    records: Vec<Record>,
}

pub(super) async fn handle(
    State(app): State<App>,
    _: Internal,
    Path(order): Path<OrderId>,
) -> Answer<Json<Trace>> {
    let records = trace::of_order(&app.database, order).await?;
    Ok(Json(Trace { records }))
}
