//! `POST /api/suppliers/{supplierId}/purchase-orders/{purchaseOrderId}/send` (admin): the supplier is asked, by mail.

use axum::extract::State;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, Json, NoBody, Path, Problem, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use shared_events::{PurchaseLine, PurchaseOrderId, PurchaseOrderSent, Quantity, SupplierId};

use super::Shown;
use crate::app::App;
use crate::domain::purchase::{Line, PurchaseOrder};
use crate::http::suppliers;
use crate::store::purchases;

type Which = (SupplierId, PurchaseOrderId);

/// Sends a draft to the supplier.
#[utoipa::path(post, path = "/api/suppliers/{supplierId}/purchase-orders/{purchaseOrderId}/send", security(("bearer" = [])),
    params(("supplierId" = SupplierId, Path), ("purchaseOrderId" = PurchaseOrderId, Path)),
    responses((status = 200, body = Shown, description = "The order, sent"),
        (status = 409, body = ProblemBody, description = "PURCHASE_ORDER_STATE, VERSION_CONFLICT"),
        (status = 413, body = ProblemBody, description = "There is a body"), (status = 422, body = ProblemBody, description = "There is a body")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(which): Path<Which>,
    RequestCause(cause): RequestCause,
    _: NoBody,
) -> Answer<Json<Shown>> {
    let write = app.database.write((which, cause), |unit, (which, cause)| {
        Box::pin(send(unit, *which, cause))
    });
    Ok(Json(write.await?.into()))
}

async fn send(unit: &mut UnitOfWork, which: Which, cause: &Cause) -> Answer<PurchaseOrder> {
    let supplier = suppliers::lock(unit.sql(), which.0).await?;
    let mut order = super::lock(unit.sql(), which).await?;
    order.send(unit.now())?;
    purchases::update(unit.sql(), &order).await?;
    let lines: Result<Vec<PurchaseLine>, Problem> = order.lines.iter().map(line).collect();
    let sent = PurchaseOrderSent {
        purchase_order_id: order.id,
        number: order.number.clone(),
        supplier_name: supplier.name,
        supplier_email: supplier.email,
        lines: lines?,
        expected_on: order.expected_on.clone(),
    };
    unit.publish(sent, cause);
    Ok(order)
}

fn line(line: &Line) -> Answer<PurchaseLine> {
    let quantity = Quantity::new(line.ordered.clamp(1, Quantity::MAX));
    Ok(PurchaseLine {
        product_id: line.product_id,
        sku: line.sku.clone(),
        name: line.name.clone(),
        quantity: quantity.map_err(|error| Problem::internal(&error))?,
    })
}
