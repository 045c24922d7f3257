//! `POST /api/suppliers/{supplierId}/purchase-orders/{purchaseOrderId}/receive` (admin): goods have come. They are booked into
//! stock, each with a line in its ledger, and the answer is kept under the `Idempotency-Key`: nothing is booked twice.

use std::collections::BTreeSet;

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::idempotency::{Once, Reply};
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, Idempotent, Path, Problem, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::{ProductId, PurchaseOrderId, Quantity, SupplierId};
use utoipa::ToSchema;

use super::Shown;
use crate::app::App;
use crate::domain::purchase::Receipt;
use crate::store::purchases;
use crate::store::warehouse::{Correction, Warehouse};

/// What has come: all that is outstanding, unless it says what.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = PurchaseOrderReceipt, example = json!({
    "lines": [{ "productId": "01890a5d-ac96-774b-bcce-b302099a8057", "quantity": 40 }]
}))]
pub(in crate::http) struct Delivery {
    #[garde(inner(length(min = 1, max = 200)))]
    #[schema(min_items = 1, max_items = 200)]
    lines: Option<Vec<Came>>,
    /// Whether more than was ordered is fine.
    #[serde(default)]
    #[garde(skip)]
    allow_more: bool,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = PurchaseOrderReceiptLine)]
struct Came {
    product_id: ProductId,
    quantity: Quantity,
}

struct Work {
    app: App,
    which: (SupplierId, PurchaseOrderId),
    delivery: Delivery,
    once: Once,
    actor: String,
    cause: Cause,
}

/// Books in what has come of an order, in part or all of it.
#[utoipa::path(post, path = "/api/suppliers/{supplierId}/purchase-orders/{purchaseOrderId}/receive", security(("bearer" = [])),
    params(("supplierId" = SupplierId, Path), ("purchaseOrderId" = PurchaseOrderId, Path),
        ("Idempotency-Key" = String, Header, description = "A new one for every delivery", min_length = 1, max_length = 255)),
    request_body = Delivery,
    responses((status = 200, body = Shown, description = "The order as it stands now"),
        (status = 409, body = ProblemBody, description = "PURCHASE_ORDER_STATE, MORE_THAN_ORDERED, IDEMPOTENCY_KEY_IN_USE")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    Admin(identity): Admin,
    Path(which): Path<(SupplierId, PurchaseOrderId)>,
    RequestCause(cause): RequestCause,
    request: Idempotent<Delivery>,
) -> Answer<Reply> {
    let database = app.database.clone();
    let work = Work {
        app,
        which,
        delivery: request.body.clone(),
        once: request.once.clone(),
        actor: identity.scope(),
        cause,
    };
    let write = database.write(work, |unit, work| Box::pin(receive(unit, work)));
    write.await
}

async fn receive(unit: &mut UnitOfWork, work: &Work) -> Answer<Reply> {
    if let Some(answered) = work.once.answered(unit).await? {
        return Ok(answered);
    }
    // Stock before orders to suppliers, like who proposes them because stock is low.
    let seen = super::find(unit.sql(), work.which).await?;
    let products: BTreeSet<ProductId> = seen.lines.iter().map(|line| line.product_id).collect();
    let mut warehouse = Warehouse::load(unit, &BTreeSet::new(), products).await?;
    let mut order = super::lock(unit.sql(), work.which).await?;
    let receipt = receipt(&work.delivery).unwrap_or_else(|| order.outstanding());
    order.receive(&receipt, work.delivery.allow_more, unit.now())?;
    purchases::update(unit.sql(), &order).await?;
    for (product, units) in receipt {
        let correction = Correction {
            units: i64::from(units),
            reason: order.number.clone(),
            actor: work.actor.clone(),
        };
        let booked = warehouse.receive(product, correction, &work.cause);
        booked.ok_or_else(|| Problem::not_found("product"))??;
    }
    work.app.save(unit, warehouse).await?;
    let shown = Shown::from(order);
    work.once.keep(unit, StatusCode::OK, &shown).await
}

/// Several lines of one product count together.
fn receipt(delivery: &Delivery) -> Option<Receipt> {
    let lines = delivery.lines.as_ref()?;
    let mut receipt = Receipt::new();
    for line in lines {
        let units = receipt.entry(line.product_id).or_default();
        *units = units.saturating_add(u32::from(line.quantity));
    }
    Some(receipt)
}
