//! `DELETE /api/products/{productId}/images/{imageId}` (admin): a picture is no longer shown. Its files go, unless another
//! product has the same picture.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, NoBody, Path, Problem, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use shared_events::ProductId;

use crate::app::App;
use crate::images::render::Kind;
use crate::store::{images, products};

struct Work {
    app: App,
    product: ProductId,
    hash: String,
    cause: Cause,
}

/// Removes a picture from a product.
#[utoipa::path(delete, path = "/api/products/{productId}/images/{imageId}", security(("bearer" = [])),
    params(("productId" = ProductId, Path), ("imageId" = String, Path, pattern = "^[0-9a-f]{64}$")),
    responses((status = 204, description = "It is gone"), (status = 409, body = ProblemBody, description = "VERSION_CONFLICT"),
        (status = 413, body = ProblemBody, description = "There is a body"), (status = 422, body = ProblemBody, description = "There is a body")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path((product, hash)): Path<(ProductId, String)>,
    RequestCause(cause): RequestCause,
    _: NoBody,
) -> Answer<StatusCode> {
    super::expect_hash(&hash)?;
    let work = Work {
        app: app.clone(),
        product,
        hash: hash.clone(),
        cause,
    };
    let write = app
        .database
        .write(work, |unit, work| Box::pin(remove(unit, work)));
    let unused = write.await?;
    if let Some(kind) = unused
        && let Err(error) = app.images.files.remove(&hash, kind).await
    {
        // Nothing refers to them any more; that they take up room is no reason to refuse.
        tracing::warn!(%error, hash, "the files of a picture cannot be removed");
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the picture from the product; the kind of its files, if no other product has it.
async fn remove(unit: &mut UnitOfWork, work: &Work) -> Answer<Option<Kind>> {
    let Work { product, hash, .. } = work;
    let found = products::lock(unit.sql(), *product).await?;
    let found = found.ok_or_else(|| Problem::not_found("product"))?;
    let image = images::find(unit.sql(), *product, hash).await?;
    let image = image.ok_or_else(|| Problem::not_found("picture"))?;
    images::delete(unit.sql(), *product, hash).await?;
    let url = super::url(*product, hash);
    let urls: Vec<String> = found
        .image_urls
        .iter()
        .filter(|it| **it != url)
        .cloned()
        .collect();
    super::replace(unit, &work.app, (found, urls), &work.cause).await?;
    let is_used = images::is_used(unit.sql(), hash).await?;
    Ok(Kind::ending_in(&image.kind).filter(|_| !is_used))
}
