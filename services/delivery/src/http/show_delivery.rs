//! `GET /api/delivery/order/{orderId}`: the delivery of an order, for those who may know of it.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, Path};
use shared_events::OrderId;

use super::{access, answers};
use crate::app::App;

pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Path(order): Path<OrderId>,
) -> Answer<Json<answers::Delivery>> {
    let record = access::visible(&app, &identity, order).await?;
    Ok(Json(answers::Delivery::of(order, record)))
}
