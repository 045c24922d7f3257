//! `POST /api/suppliers/{supplierId}/purchase-orders/{purchaseOrderId}/cancel` (admin): nothing (more) of it will come.

use axum::extract::State;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, Json, NoBody, Path};
use revcart_persistence::UnitOfWork;
use shared_events::{PurchaseOrderId, SupplierId};

use super::Shown;
use crate::app::App;
use crate::domain::purchase::PurchaseOrder;
use crate::store::purchases;

type Which = (SupplierId, PurchaseOrderId);

/// Calls an order off; what has come of it stays.
#[utoipa::path(post, path = "/api/suppliers/{supplierId}/purchase-orders/{purchaseOrderId}/cancel", security(("bearer" = [])),
    params(("supplierId" = SupplierId, Path), ("purchaseOrderId" = PurchaseOrderId, Path)),
    responses((status = 200, body = Shown, description = "The order, cancelled"),
        (status = 409, body = ProblemBody, description = "PURCHASE_ORDER_STATE, VERSION_CONFLICT"),
        (status = 413, body = ProblemBody, description = "There is a body"), (status = 422, body = ProblemBody, description = "There is a body")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(which): Path<Which>,
    _: NoBody,
) -> Answer<Json<Shown>> {
    let write = app
        .database
        .write(which, |unit, which| Box::pin(cancel(unit, *which)));
    Ok(Json(write.await?.into()))
}

async fn cancel(unit: &mut UnitOfWork, which: Which) -> Answer<PurchaseOrder> {
    let mut order = super::lock(unit.sql(), which).await?;
    order.cancel(unit.now())?;
    purchases::update(unit.sql(), &order).await?;
    Ok(order)
}
