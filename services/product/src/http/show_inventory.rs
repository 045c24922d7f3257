//! `GET /api/inventory/{productId}` (admin): the stock of a product, deleted or not, with what only the shop's people see.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem};
use shared_events::ProductId;

use super::answers::Inventory;
use crate::app::App;
use crate::store::{reorders, stock, suppliers};

/// The stock of a product, deleted or not, with what only the shop's people see.
#[utoipa::path(get, path = "/api/inventory/{productId}", security(("bearer" = [])),
    params(("productId" = ProductId, Path)),
    responses((status = 200, body = Inventory, description = "Its figures")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<ProductId>,
) -> Answer<Json<Inventory>> {
    let stock = stock::find(app.database.read(), id).await?;
    let stock = stock.ok_or_else(|| Problem::not_found("product"))?;
    let proposal = reorders::find(app.database.read(), id).await?;
    let supply = suppliers::of_product(app.database.read(), id).await?;
    Ok(Json(Inventory::of(id, &stock, proposal, supply)))
}
