//! `GET /api/notifications`: the caller's list, the latest first.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Page, PageRequest};

use super::answers::{self, Notification};
use crate::app::App;

/// The caller's notifications, the latest first.
#[utoipa::path(
    get,
    path = "/api/notifications",
    params(PageRequest),
    responses((status = 200, body = Page<Notification>, description = "A page of the list")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    request: PageRequest,
) -> Answer<Page<Notification>> {
    answers::page(&app, &identity, &request, false).await
}
