//! `GET /api/orders/{id}`: one order, for its owner, admins and other services.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, Path, Problem};
use shared_events::OrderId;

use super::body::OrderBody;
use crate::app::App;
use crate::domain::Order;
use crate::store;

pub(crate) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<OrderId>,
) -> Answer<Json<OrderBody>> {
    let order = visible(&app, &identity, id).await?;
    Ok(Json(OrderBody::from(&order)))
}

/// The order, if this caller may know of it; 404 otherwise.
pub(crate) async fn visible(app: &App, identity: &Identity, id: OrderId) -> Answer<Order> {
    let order = store::orders::find(app.database.read(), id).await?;
    order
        .filter(|order| may_see(identity, order))
        .ok_or_else(|| Problem::not_found("order"))
}

/// Whether this caller may know of the order.
pub(crate) fn may_see(identity: &Identity, order: &Order) -> bool {
    identity.is_admin()
        || identity.is_service()
        || order
            .terms
            .user_id
            .is_some_and(|owner| identity.is_user(owner))
}
