//! `GET /api/ops/sagas/{orderId}`: one saga with its steps and its log as a timeline.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem};
use shared_events::OrderId;

use super::view::SagaDetail;
use crate::app::App;
use crate::store::{orders, saga_log, sagas};

pub(crate) async fn handle(
    State(app): State<App>,
    Admin(_): Admin,
    Path(order): Path<OrderId>,
) -> Answer<Json<SagaDetail>> {
    detail(&app, order).await
}

/// The saga of an order; 404 if there is none.
pub(crate) async fn detail(app: &App, id: OrderId) -> Answer<Json<SagaDetail>> {
    let sql = app.database.read();
    let saga = sagas::find(sql, id)
        .await?
        .ok_or_else(|| Problem::not_found("saga"))?;
    let order = orders::find(sql, id)
        .await?
        .ok_or_else(|| Problem::not_found("saga"))?;
    let timeline = saga_log::of_order(sql, id).await?;
    Ok(Json(SagaDetail::of(
        &saga,
        order.number.to_string(),
        timeline,
    )))
}
