//! `GET /internal/trace/{orderId}`: what this service has on record of an order, for other services.

use axum::extract::State;
use revcart_http_edge::{Answer, Internal, Json, Path};
use serde::Serialize;
use shared_events::OrderId;

use crate::app::App;
use crate::trace::{self, Record};

/// The body.
#[derive(Serialize)]
pub(crate) struct Records {
    records: Vec<Record>,
}

pub(crate) async fn handle(
    State(app): State<App>,
    Internal(_): Internal,
    Path(order): Path<OrderId>,
) -> Answer<Json<Records>> {
    Ok(Json(Records {
        records: trace::of_order(&app.database, order).await?,
    }))
}
