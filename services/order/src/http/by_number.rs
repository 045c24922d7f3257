//! `GET /api/orders/number/{orderNumber}`: one order by what people call it, for its owner, admins and other services. Lower
//! case, spaces and missing dashes are forgiven.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, Path, Problem, Visitor};

use super::body::OrderBody;
use super::show;
use crate::app::App;
use crate::domain::OrderNumber;
use crate::store;

/// One order by its number
///
/// For its owner, admins and other services. Lower case, spaces and missing dashes are forgiven.
#[utoipa::path(get, path = "/api/orders/number/{orderNumber}", security(("bearer" = [])),
    params(("orderNumber" = String, Path, description = "As people read it out", example = "RC-7K3M-9QXF")),
    responses((status = 200, body = OrderBody, description = "The order")))]
pub(crate) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Path(number): Path<OrderNumber>,
) -> Answer<Json<OrderBody>> {
    let id = store::orders::id_of_number(app.database.read(), number).await?;
    let id = id.ok_or_else(|| Problem::not_found("order"))?;
    let order = show::visible(&app, &Visitor::User(identity), id).await?;
    Ok(Json(OrderBody::from(&order)))
}
