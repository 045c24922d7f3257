//! `GET /api/inventory/low` (admin): products of which there are no more than their low-stock threshold.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Page, PageRequest};
use serde::Serialize;
use shared_events::ProductId;
use utoipa::ToSchema;

use crate::app::App;
use crate::store::stock::{self, Low};

/// A product that should be ordered again.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LowStock {
    product_id: ProductId,
    sku: String,
    name: String,
    available: i64,
    reserved: i64,
    low_stock_threshold: i64,
}

/// Products of which there are no more than their low-stock threshold, the oldest first.
#[utoipa::path(get, path = "/api/inventory/low", security(("bearer" = [])), params(PageRequest),
    responses((status = 200, body = Page<LowStock>, description = "A page of them")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    request: PageRequest,
) -> Answer<Page<LowStock>> {
    let after = request.after()?;
    let found = stock::low(app.database.read(), after, request.fetch()).await?;
    Ok(Page::of(found, &request, |last| last.product_id).map(LowStock::from))
}

impl From<Low> for LowStock {
    fn from(row: Low) -> Self {
        Self {
            product_id: ProductId::from_uuid(row.product_id),
            sku: row.sku,
            name: row.name,
            available: row.on_hand - row.reserved,
            reserved: row.reserved,
            low_stock_threshold: row.low_at,
        }
    }
}
