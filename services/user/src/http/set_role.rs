//! `PUT /api/users/{id}/role` (admin): what somebody may do, from their next tokens on.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Json, Path, ProblemBody};
use serde::Deserialize;
use shared_events::{Role, UserId};

use super::answers::Account;
use super::list_accounts::PersonsRole;
use super::{rules, standing};
use crate::app::App;

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = RoleChange, example = json!({"role": "agent"}))]
pub(super) struct Request {
    #[garde(custom(rules::persons_role))]
    #[schema(value_type = PersonsRole)]
    role: Role,
}

/// Says what somebody may do.
#[utoipa::path(
    put, path = "/api/users/{id}/role", tag = "user", request_body = Request,
    params(("id" = UserId, Path, description = "The account")),
    responses(
        (status = 200, body = Account, description = "The account as it is now"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "OWN_ACCOUNT: admins do not shut themselves out"),
    ),
    security(("bearer" = [])),
)]
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
