//! `GET /api/users/{id}` (admin, internal): anybody's account.

use axum::extract::State;
use revcart_http_edge::{Answer, InternalOrAdmin, Json, Path};
use shared_events::UserId;

use super::answers::Account;
use super::problems::no_such_account;
use crate::app::App;
use crate::store::accounts;

pub(super) async fn handle(
    State(app): State<App>,
    _: InternalOrAdmin,
    Path(id): Path<UserId>,
) -> Answer<Json<Account>> {
    let account = accounts::find(app.database.read(), id).await?;
    Ok(Json(account.ok_or_else(no_such_account)?.into()))
}
