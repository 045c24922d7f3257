//! `POST /api/users/signing-keys` (admin): the next key for access tokens, before the old one is as old as it may become.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::{Admin, Answer, Page, Problem};

use crate::app::App;
use crate::keys::KeyView;

/// Makes a key. It is published at once and signs after ten minutes, when everybody who checks tokens knows it; the old ones
/// stay published until their last token has run out.
#[utoipa::path(
    post, path = "/api/users/signing-keys", tag = "user",
    responses((status = 201, body = Page<KeyView>, description = "All keys, the youngest first")),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    Admin(admin): Admin,
) -> Answer<(StatusCode, Page<KeyView>)> {
    let added = app.keys.add(&app.database).await;
    added.map_err(|error| Problem::internal(error.as_ref()))?;
    tracing::warn!(by = %admin.scope(), "a signing key was added");
    let keys = Page {
        items: app.keys.all(),
        next: None,
    };
    Ok((StatusCode::CREATED, keys))
}
