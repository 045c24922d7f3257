//! `DELETE /api/suppliers/{supplierId}` (admin): nobody to buy from any more. One who is named by a product or an order stays
//! on record and is no longer active.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, NoBody, Path};
use revcart_persistence::UnitOfWork;
use shared_events::SupplierId;

use crate::app::App;
use crate::store::suppliers;

/// Removes a supplier. One who is named by a product or an order stays on record and is no longer active.
#[utoipa::path(delete, path = "/api/suppliers/{supplierId}", security(("bearer" = [])),
    params(("supplierId" = SupplierId, Path)),
    responses((status = 204, description = "They are gone, or no longer active"),
        (status = 413, body = ProblemBody, description = "There is a body"), (status = 422, body = ProblemBody, description = "There is a body")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<SupplierId>,
    _: NoBody,
) -> Answer<StatusCode> {
    app.database
        .write(id, |unit, id| Box::pin(delete(unit, *id)))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete(unit: &mut UnitOfWork, id: SupplierId) -> Answer<()> {
    let mut supplier = super::lock(unit.sql(), id).await?;
    if !suppliers::is_used(unit.sql(), id).await? {
        suppliers::delete(unit.sql(), id).await?;
    } else if supplier.active {
        supplier.active = false;
        supplier.version += 1;
        suppliers::update(unit.sql(), &supplier, unit.now()).await?;
    }
    Ok(())
}
