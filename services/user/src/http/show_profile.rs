//! `GET /api/users/profile`: who one is.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, ProblemBody};

use super::answers::Account;
use super::problems::no_such_account;
use crate::app::App;
use crate::store::accounts;

/// Shows who one is.
#[utoipa::path(
    get, path = "/api/users/profile", tag = "user",
    responses(
        (status = 200, body = Account, description = "One's own account"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "The account is gone"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn handle(State(app): State<App>, identity: Identity) -> Answer<Json<Account>> {
    let account = accounts::find(app.database.read(), identity.user_id()?).await?;
    Ok(Json(account.ok_or_else(no_such_account)?.into()))
}
