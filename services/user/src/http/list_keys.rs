//! `GET /api/users/signing-keys` (admin): the keys of access tokens, without their secrets. They are few, so it is one page.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Page};

use crate::app::App;
use crate::keys::KeyView;

/// Lists the keys that sign access tokens, and when.
#[utoipa::path(
    get, path = "/api/users/signing-keys", tag = "user",
    responses((status = 200, body = Page<KeyView>, description = "All keys, the youngest first")),
    security(("bearer" = [])),
)]
pub(super) async fn handle(State(app): State<App>, _: Admin) -> Answer<Page<KeyView>> {
    Ok(Page {
        items: app.keys.all(),
        next: None,
    })
}
