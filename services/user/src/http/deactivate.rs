//! `POST /api/users/deactivate`: closes one's own account. What was ordered stays ordered; an admin can open it again.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Json, Problem, ProblemBody, RequestCause};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::Role;

use super::codes;
use super::proof::{self, Proof};
use crate::app::App;
use crate::domain::Status;
use crate::store::{accounts, sessions};

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = Deactivation, example = json!({"password": "mango-lassi-42"}))]
pub(super) struct Request {
    /// The current one.
    #[garde(length(chars, min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128)]
    password: String,
}

/// Closes one's own account and ends all its sessions. From then on it is answered like one that does not exist.
#[utoipa::path(
    post, path = "/api/users/deactivate", tag = "user", request_body = Request,
    responses(
        (status = 204, description = "The account is closed"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "WRONG_PASSWORD"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "The account is gone"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "OWN_ACCOUNT: admins do not shut themselves out"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<StatusCode> {
    let proof = proof::of_password(&app, &identity, request.password, &cause).await?;
    app.database
        .write((app.clone(), proof), |unit, (app, proof)| {
            Box::pin(close(unit, app, proof))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn close(unit: &mut UnitOfWork, app: &App, proof: &Proof) -> Answer<()> {
    let mut account = proof.confirm(unit).await?;
    if account.role == Role::Admin {
        let detail = "admins cannot close their own account; ask another for another role first";
        return Err(Problem::conflict("OWN_ACCOUNT", detail));
    }
    // What an admin has closed stays closed by them.
    if account.status == Status::Active {
        account.status = Status::Deactivated;
        accounts::update(unit.sql(), &account, unit.now()).await?;
    }
    sessions::revoke_all(unit.sql(), account.id, None, unit.now()).await?;
    codes::drop_change(unit, app, account.id).await?;
    Ok(())
}
