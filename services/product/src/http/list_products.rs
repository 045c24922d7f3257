//! `GET /api/products`: the catalogue, a page at a time.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use revcart_http_edge::{Answer, MaybeIdentity, Page, PageRequest, Problem};
use shared_events::ProductId;

use super::answers::Product;
use crate::app::App;
use crate::store::listings;

/// The catalogue, a page at a time.
#[utoipa::path(get, path = "/api/products", security((), ("bearer" = [])),
    params(PageRequest),
    responses((status = 200, body = Page<Product>, description = "A page of the catalogue, the oldest first")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: MaybeIdentity,
    request: PageRequest,
) -> Answer<Response> {
    let after: Option<ProductId> = request.after()?;
    let key = (after, request.limit);
    let body = app.showcase.page(key, read(&app, &request, after)).await?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

async fn read(app: &App, request: &PageRequest, after: Option<ProductId>) -> Answer<Bytes> {
    let found = listings::page(app.database.read(), None, after, request.fetch()).await?;
    let page = Page::of(found, request, |last| last.id).map(|listing| Product::from(&listing));
    let body = serde_json::to_vec(&page).map_err(|error| Problem::internal(&error))?;
    Ok(body.into())
}
