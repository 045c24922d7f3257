//! `GET /api/ops/sagas/{orderId}`: one saga with its steps and its log as a timeline.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem};
use shared_events::OrderId;

use crate::app::App;
use crate::sagas::{self, Detail};

/// One saga
///
/// With its steps and its log as a timeline.
#[utoipa::path(get, path = "/api/ops/sagas/{orderId}", params(("orderId" = OrderId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Detail, description = "The saga")))]
pub(crate) async fn handle(
    State(app): State<App>,
    _admin: Admin,
    Path(order): Path<OrderId>,
) -> Answer<Json<Detail>> {
    detail(&app, order).await
}

/// The saga of an order; 404 if there is none.
pub(crate) async fn detail(app: &App, order: OrderId) -> Answer<Json<Detail>> {
    let found = sagas::of_order(&app.database, order).await?;
    found.map(Json).ok_or_else(|| Problem::not_found("saga"))
}
