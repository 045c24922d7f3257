//! `PUT /api/users/{id}/status` (admin): whether an account may be used.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Json, Path, ProblemBody};
use serde::Deserialize;
use shared_events::UserId;

use super::answers::Account;
use super::standing;
use crate::app::App;
use crate::domain::Status;

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = StatusChange, example = json!({"status": "SUSPENDED"}))]
pub(super) struct Request {
    #[garde(skip)]
    status: Standing,
}

/// What admins decide on. That an account is deactivated is for its owner to say.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Standing {
    /// It may be used, also if its owner had closed it.
    Active,
    /// It may not be used.
    Suspended,
}

impl From<Standing> for Status {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Active => Self::Active,
            Standing::Suspended => Self::Suspended,
        }
    }
}

/// Closes an account, which ends its sessions, or opens it again.
#[utoipa::path(
    put, path = "/api/users/{id}/status", tag = "user", request_body = Request,
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
    let account = standing::change(&app, &admin, id, move |account| {
        account.status = request.status.into();
    })
    .await?;
    Ok(Json(account.into()))
}
