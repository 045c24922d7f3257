//! `GET /api/suppliers/{supplierId}/purchase-orders/{purchaseOrderId}` (admin): one order to a supplier.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Path};
use shared_events::{PurchaseOrderId, SupplierId};

use super::Shown;
use crate::app::App;

/// One order to a supplier.
#[utoipa::path(get, path = "/api/suppliers/{supplierId}/purchase-orders/{purchaseOrderId}", security(("bearer" = [])),
    params(("supplierId" = SupplierId, Path), ("purchaseOrderId" = PurchaseOrderId, Path)),
    responses((status = 200, body = Shown, description = "The order")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(which): Path<(SupplierId, PurchaseOrderId)>,
) -> Answer<Json<Shown>> {
    let order = super::find(app.database.read(), which).await?;
    Ok(Json(order.into()))
}
