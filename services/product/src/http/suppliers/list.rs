//! `GET /api/suppliers` (admin): the suppliers.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Page, PageRequest};

use super::Shown;
use crate::app::App;
use crate::store::suppliers;

/// The suppliers, the oldest first.
#[utoipa::path(get, path = "/api/suppliers", security(("bearer" = [])), params(PageRequest),
    responses((status = 200, body = Page<Shown>, description = "A page of them")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    request: PageRequest,
) -> Answer<Page<Shown>> {
    let after = request.after()?;
    let found = suppliers::page(app.database.read(), after, request.fetch()).await?;
    Ok(Page::of(found, &request, |last| last.id).map(Shown::from))
}
