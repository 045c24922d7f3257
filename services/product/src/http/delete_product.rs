//! `DELETE /api/products/{id}` (admin): a product is no longer sold. What orders have of it stays theirs.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, NoBody, Path, Problem, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use shared_events::ProductId;

use crate::app::App;
use crate::domain::stock::Stock;
use crate::store::products;
use crate::store::warehouse::Warehouse;

struct Work {
    app: App,
    id: ProductId,
    cause: Cause,
}

/// Takes a product out of the catalogue.
#[utoipa::path(delete, path = "/api/products/{productId}", security(("bearer" = [])),
    params(("productId" = ProductId, Path)),
    responses((status = 204, description = "It is out of the catalogue"),
        (status = 409, body = ProblemBody, description = "VERSION_CONFLICT"),
        (status = 413, body = ProblemBody, description = "There is a body"),
        (status = 422, body = ProblemBody, description = "There is a body")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<ProductId>,
    RequestCause(cause): RequestCause,
    _: NoBody,
) -> Answer<StatusCode> {
    let database = app.database.clone();
    let work = Work { app, id, cause };
    database
        .write(work, |unit, work| Box::pin(delete(unit, work)))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete(unit: &mut UnitOfWork, work: &Work) -> Answer<()> {
    // Stock before its product, like who reserves some of it.
    let mut warehouse = Warehouse::load_product(unit, work.id).await?;
    let found = products::lock(unit.sql(), work.id).await?;
    let mut product = found.ok_or_else(|| Problem::not_found("product"))?;
    let deleted = product.delete();
    products::delete(unit.sql(), &product, unit.now()).await?;
    warehouse.amend(work.id, Stock::discontinue);
    work.app.save(unit, warehouse).await?;
    unit.publish(deleted, &work.cause);
    work.app.show_changes(unit);
    Ok(())
}
