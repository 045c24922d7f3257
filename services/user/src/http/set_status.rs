//! `PUT /api/users/{id}/status` (admin): whether an account may be used.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Json, Path};
use serde::Deserialize;
use shared_events::UserId;

use super::answers::Account;
use super::standing;
use crate::app::App;
use crate::domain::Status;

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    #[garde(skip)]
    status: Status,
}

pub(super) async fn handle(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<UserId>,
    Json(request): Json<Request>,
) -> Answer<Json<Account>> {
    let account = standing::change(&app, &admin, id, move |account| {
        account.status = request.status
    })
    .await?;
    Ok(Json(account.into()))
}
