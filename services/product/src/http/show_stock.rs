//! `GET /api/products/{id}/stock`: the figures of a product's stock, straight from the database.

use axum::extract::State;
use revcart_http_edge::{Answer, Json, MaybeIdentity, Path, Problem};
use shared_events::ProductId;

use super::answers::Stock;
use crate::app::App;
use crate::store::stock;

/// The figures of a product's stock, straight from the database.
#[utoipa::path(get, path = "/api/products/{productId}/stock", security((), ("bearer" = [])),
    params(("productId" = ProductId, Path)),
    responses((status = 200, body = Stock, description = "Its figures")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: MaybeIdentity,
    Path(id): Path<ProductId>,
) -> Answer<Json<Stock>> {
    let stock = stock::find(app.database.read(), id).await?;
    let for_sale = stock.filter(|stock| stock.is_for_sale());
    let stock = for_sale.ok_or_else(|| Problem::not_found("product"))?;
    Ok(Json(Stock::of(id, stock.figures())))
}
