//! `POST /api/suppliers/{supplierId}/purchase-orders` (admin): something to order. The supplier hears of it when it is sent.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::{ProductId, Quantity, SupplierId};
use time::Date;
use time::macros::format_description;
use utoipa::ToSchema;

use super::Shown;
use crate::app::App;
use crate::domain::purchase::{Line, PurchaseOrder};
use crate::http::{rules, suppliers};
use crate::store::{listings, purchases};

/// A proposal.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = PurchaseOrderDraft, example = json!({
    "lines": [{ "productId": "01890a5d-ac96-774b-bcce-b302099a8057", "quantity": 40 }], "expectedOn": "2031-01-31"
}))]
pub(in crate::http) struct Draft {
    #[garde(length(min = 1, max = PurchaseOrder::MOST_LINES), custom(each_once))]
    #[schema(min_items = 1, max_items = 200)]
    lines: Vec<Wanted>,
    /// The day on which it is expected.
    #[garde(inner(custom(day)))]
    #[schema(format = Date, pattern = r"^\d{4}-\d{2}-\d{2}$")]
    expected_on: Option<String>,
    #[serde(default)]
    #[garde(length(chars, max = 2_000), custom(rules::storable))]
    #[schema(max_length = 2_000, pattern = r"^[^\x00]*$")]
    note: String,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = PurchaseOrderWish)]
struct Wanted {
    product_id: ProductId,
    quantity: Quantity,
}

/// Proposes an order to a supplier: a draft.
#[utoipa::path(post, path = "/api/suppliers/{supplierId}/purchase-orders", security(("bearer" = [])),
    params(("supplierId" = SupplierId, Path)), request_body = Draft,
    responses((status = 201, body = Shown, description = "The draft"),
        (status = 409, body = ProblemBody, description = "SUPPLIER_NOT_ACTIVE")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(supplier): Path<SupplierId>,
    Json(draft): Json<Draft>,
) -> Answer<(StatusCode, Json<Shown>)> {
    let write = app
        .database
        .write((supplier, draft), |unit, (supplier, draft)| {
            Box::pin(propose(unit, *supplier, draft.clone()))
        });
    Ok((StatusCode::CREATED, Json(write.await?.into())))
}

async fn propose(
    unit: &mut UnitOfWork,
    supplier: SupplierId,
    draft: Draft,
) -> Answer<PurchaseOrder> {
    let supplier = suppliers::lock(unit.sql(), supplier).await?;
    if !supplier.active {
        let detail = "nothing is ordered from this supplier any more";
        return Err(Problem::conflict("SUPPLIER_NOT_ACTIVE", detail));
    }
    let ids: Vec<ProductId> = draft.lines.iter().map(|line| line.product_id).collect();
    let products: BTreeMap<ProductId, listings::Listing> = listings::by_ids(unit.sql(), &ids)
        .await?
        .into_iter()
        .map(|listing| (listing.id, listing))
        .collect();
    let mut order = PurchaseOrder::draft(supplier.id, unit.now());
    for (at, wanted) in draft.lines.iter().enumerate() {
        let field = || format!("lines[{at}].productId");
        let unknown = || Problem::invalid(field(), "there is no such product");
        let product = products.get(&wanted.product_id).ok_or_else(unknown)?;
        order.propose(Line {
            product_id: product.id,
            sku: product.sku.clone(),
            name: product.name.clone(),
            ordered: u32::from(wanted.quantity),
            received: 0,
        });
    }
    order.note = draft.note;
    order.expected_on = draft.expected_on;
    purchases::insert(unit.sql(), &order).await?;
    Ok(order)
}

fn each_once(lines: &[Wanted], (): &()) -> garde::Result {
    let ids: BTreeSet<ProductId> = lines.iter().map(|line| line.product_id).collect();
    if ids.len() == lines.len() {
        return Ok(());
    }
    Err(garde::Error::new("must name each product once"))
}

fn day(text: &str, (): &()) -> garde::Result {
    let shape = format_description!("[year]-[month]-[day]");
    if text.len() == 10 && Date::parse(text, shape).is_ok() {
        return Ok(());
    }
    Err(garde::Error::new("must be a day like 2026-01-31"))
}
