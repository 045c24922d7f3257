//! `DELETE /api/users/signing-keys/{kid}` (admin): for a key that somebody else has got hold of. Old keys go by themselves.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::{Admin, Answer, Path, Problem, ProblemBody};

use crate::app::App;

/// Takes a key away at once: every access token that it has signed is refused from then on, here within moments and by others
/// when they next fetch the keys. Whoever has a session gets a token of another key by refreshing.
#[utoipa::path(
    delete, path = "/api/users/signing-keys/{kid}", tag = "user",
    params(("kid" = String, Path, description = "The key")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "LAST_KEY: add another first"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(kid): Path<String>,
) -> Answer<StatusCode> {
    if !app.keys.withdraw(&app.database, kid.clone()).await? {
        return Err(Problem::not_found("key"));
    }
    let reloaded = app.keys.reload(&app.database).await;
    reloaded.map_err(|error| Problem::internal(error.as_ref()))?;
    tracing::warn!(by = %admin.scope(), kid, "a signing key was taken away");
    Ok(StatusCode::NO_CONTENT)
}
