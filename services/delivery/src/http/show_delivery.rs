//! `GET /api/delivery/order/{orderId}`: the delivery of an order, for those who may know of it.

use axum::extract::State;
use revcart_http_edge::{Answer, Json, Path, Visitor};
use shared_events::OrderId;

use super::{access, answers};
use crate::app::App;

/// The delivery of an order
///
/// For the customer or guest whose order it is, the agent who brings it, admins and services. The shopper and admins also see
/// the code that the agent may ask for at the door.
#[utoipa::path(get, path = "/api/delivery/order/{orderId}",
    params(("orderId" = OrderId, Path)),
    responses((status = 200, body = answers::Delivery, description = "The delivery")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    visitor: Visitor,
    Path(order): Path<OrderId>,
) -> Answer<Json<answers::Delivery>> {
    let record = access::visible(&app, &visitor, order).await?;
    let code = answers::code(&record).filter(|_| access::knows_code(&visitor));
    Ok(Json(answers::Delivery::of(order, record).with_code(code)))
}
