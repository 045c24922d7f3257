//! `GET /api/users/profile`: who one is.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json};

use super::answers::Account;
use super::problems::no_such_account;
use crate::app::App;
use crate::store::accounts;

pub(super) async fn handle(State(app): State<App>, identity: Identity) -> Answer<Json<Account>> {
    let account = accounts::find(app.database.read(), identity.user_id()?).await?;
    Ok(Json(account.ok_or_else(no_such_account)?.into()))
}
