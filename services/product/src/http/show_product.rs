//! `GET /api/products/{id}`: one product. That somebody looked is counted.

use axum::extract::State;
use revcart_http_edge::{Answer, Json, MaybeIdentity, Path, Problem, RequestCause};
use shared_events::ProductId;

use super::answers::Product;
use crate::app::{App, View};

/// One product. That somebody looked is counted.
#[utoipa::path(get, path = "/api/products/{productId}", security((), ("bearer" = [])),
    params(("productId" = ProductId, Path)),
    responses((status = 200, body = Product, description = "The product")))]
pub(super) async fn handle(
    State(app): State<App>,
    Path(id): Path<ProductId>,
    MaybeIdentity(identity): MaybeIdentity,
    RequestCause(cause): RequestCause,
) -> Answer<Json<Product>> {
    let found = app.showcase.products(&app.database, &[id]).await?;
    let product = found.first().ok_or_else(|| Problem::not_found("product"))?;
    if !identity.is_some_and(|identity| identity.is_service()) {
        app.views.count(View {
            product: id,
            user: identity.and_then(|identity| identity.user_id().ok()),
            cause,
        });
    }
    Ok(Json((&**product).into()))
}
