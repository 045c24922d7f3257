//! `GET /api/orders/{id}`: one order, for its owner or guest, admins and other services.

use axum::extract::State;
use revcart_http_edge::{Answer, Json, Path, Problem, Visitor};
use shared_events::OrderId;

use super::body::OrderBody;
use crate::app::App;
use crate::domain::Order;
use crate::store;

/// One order
///
/// For its owner, the guest who holds its token, admins and other services.
#[utoipa::path(get, path = "/api/orders/{id}", params(("id" = OrderId, Path)), security(("bearer" = [])),
    responses((status = 200, body = OrderBody, description = "The order")))]
pub(crate) async fn handle(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<OrderId>,
) -> Answer<Json<OrderBody>> {
    let order = visible(&app, &visitor, id).await?;
    Ok(Json(OrderBody::from(&order)))
}

/// The order, if this caller may know of it; 404 otherwise.
pub(crate) async fn visible(app: &App, visitor: &Visitor, id: OrderId) -> Answer<Order> {
    let order = store::orders::find(app.database.read(), id).await?;
    order
        .filter(|order| visitor.may_see(order.id, order.terms.user_id))
        .ok_or_else(|| Problem::not_found("order"))
}
