//! `GET /api/categories`: the categories, by slug.

use axum::extract::State;
use revcart_http_edge::{Answer, MaybeIdentity, Page, PageRequest};

use super::answers::Category;
use crate::app::App;
use crate::store::categories;

pub(super) async fn handle(
    State(app): State<App>,
    _: MaybeIdentity,
    request: PageRequest,
) -> Answer<Page<Category>> {
    let after: Option<String> = request.after()?;
    let connection = app.database.read();
    let found = categories::page(connection, after.as_deref(), request.fetch()).await?;
    Ok(Page::of(found, &request, |last| last.slug.to_string()).map(Category::from))
}
