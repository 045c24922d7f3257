//! `GET /api/products/category/{slug}`: the products of a category.

use axum::extract::State;
use revcart_http_edge::{Answer, MaybeIdentity, Page, PageRequest, Path, Problem};

use super::answers::Product;
use crate::app::App;
use crate::domain::category::Slug;
use crate::store::{categories, listings};

pub(super) async fn handle(
    State(app): State<App>,
    _: MaybeIdentity,
    Path(slug): Path<String>,
    request: PageRequest,
) -> Answer<Page<Product>> {
    let unknown = || Problem::not_found("category");
    let slug: Slug = slug.parse().map_err(|_| unknown())?;
    let after = request.after()?;
    let connection = app.database.read();
    let category = categories::find_by_slug(connection, &slug)
        .await?
        .ok_or_else(unknown)?;
    let found = listings::page(connection, Some(category.id), after, request.fetch()).await?;
    Ok(Page::of(found, &request, |last| last.id).map(|listing| Product::from(&listing)))
}
