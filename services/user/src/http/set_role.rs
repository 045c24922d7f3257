//! `PUT /api/users/{id}/role` (admin): what somebody may do, from their next tokens on.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Json, Path};
use serde::Deserialize;
use shared_events::{Role, UserId};

use super::answers::Account;
use super::{rules, standing};
use crate::app::App;

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    #[garde(custom(rules::persons_role))]
    role: Role,
}

pub(super) async fn handle(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<UserId>,
    Json(request): Json<Request>,
) -> Answer<Json<Account>> {
    let account =
        standing::change(&app, &admin, id, move |account| account.role = request.role).await?;
    Ok(Json(account.into()))
}
