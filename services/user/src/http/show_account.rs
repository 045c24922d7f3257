//! `GET /api/users/{id}` (admin, internal): anybody's account.

use axum::extract::State;
use revcart_http_edge::{Answer, InternalOrAdmin, Json, Path};
use shared_events::UserId;

use super::answers::Account;
use super::problems::no_such_account;
use crate::app::App;
use crate::store::accounts;

/// Shows anybody's account.
#[utoipa::path(
    get, path = "/api/users/{id}", tag = "user", params(("id" = UserId, Path, description = "The account")),
    responses((status = 200, body = Account, description = "The account")),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: InternalOrAdmin,
    Path(id): Path<UserId>,
) -> Answer<Json<Account>> {
    let account = accounts::find(app.database.read(), id).await?;
    Ok(Json(account.ok_or_else(no_such_account)?.into()))
}
