//! `GET /api/products/category/{slug}`: the products of a category and of those below it.

use axum::extract::State;
use revcart_http_edge::{Answer, MaybeIdentity, Page, PageRequest, Path, Problem};

use super::answers::Product;
use crate::app::App;
use crate::store::listings;

/// The products of a category and of those below it, the oldest first.
#[utoipa::path(get, path = "/api/products/category/{slug}", security((), ("bearer" = [])),
    params(("slug" = String, Path, description = "The category's slug"), PageRequest),
    responses((status = 200, body = Page<Product>, description = "A page of them")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: MaybeIdentity,
    Path(slug): Path<String>,
    request: PageRequest,
) -> Answer<Page<Product>> {
    let after = request.after()?;
    let tree = app.showcase.tree(&app.database).await?;
    let category = tree.with_slug(&slug);
    let category = category.ok_or_else(|| Problem::not_found("category"))?;
    let (connection, below) = (app.database.read(), tree.below(category.id));
    let found = listings::page(connection, Some(&below), after, request.fetch()).await?;
    Ok(Page::of(found, &request, |last| last.id).map(|listing| Product::from(&listing)))
}
