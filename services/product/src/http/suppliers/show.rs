//! `GET /api/suppliers/{supplierId}` (admin): one supplier.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Path};
use shared_events::SupplierId;

use super::Shown;
use crate::app::App;

/// One supplier.
#[utoipa::path(get, path = "/api/suppliers/{supplierId}", security(("bearer" = [])),
    params(("supplierId" = SupplierId, Path)), responses((status = 200, body = Shown, description = "The supplier")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<SupplierId>,
) -> Answer<Json<Shown>> {
    let supplier = super::expect(app.database.read(), id).await?;
    Ok(Json(supplier.into()))
}
