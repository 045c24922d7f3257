//! `GET /api/categories`: the categories, by slug, each with its place in the tree.

use axum::extract::State;
use revcart_http_edge::{Answer, MaybeIdentity, Page, PageRequest};

use super::answers::Category;
use crate::app::App;

/// The categories, by slug: what is above each (its breadcrumb) and what is right below it.
#[utoipa::path(get, path = "/api/categories", security((), ("bearer" = [])), params(PageRequest),
    responses((status = 200, body = Page<Category>, description = "A page of them")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: MaybeIdentity,
    request: PageRequest,
) -> Answer<Page<Category>> {
    let after: Option<String> = request.after()?;
    let tree = app.showcase.tree(&app.database).await?;
    let all = tree.by_slug();
    let from = after.map_or(0, |after| {
        all.partition_point(|category| category.slug.as_str() <= after.as_str())
    });
    let fetch = usize::try_from(request.fetch()).unwrap_or(usize::MAX);
    let found: Vec<_> = all.iter().skip(from).take(fetch).collect();
    let page = Page::of(found, &request, |last| last.slug.to_string());
    Ok(page.map(|category| Category::of(category, &tree)))
}
