//! `PUT /api/users/password`: another password for who knows the old one. Every other session ends, and so does
//! a change of address that has not been confirmed.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::auth::Identity;
use revcart_http_edge::extract::{Json, RequestCause};
use revcart_http_edge::{Answer, ProblemBody};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::{PasswordChangeReason, PasswordChanged};
use uuid::Uuid;

use super::proof::{self, Proof};
use super::{codes, rules};
use crate::app::App;
use crate::domain::Password;
use crate::refresh_token::RefreshToken;
use crate::store::{accounts, sessions};

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = PasswordChange, example = json!({"currentPassword": "mango-lassi-42", "newPassword": "salty-lassi-43"}))]
pub(super) struct Request {
    #[garde(length(chars, min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128)]
    current_password: String,
    #[garde(custom(rules::password))]
    #[schema(min_length = 8, max_length = 128)]
    new_password: String,
    /// Names the session that goes on; without it all end.
    #[serde(default)]
    #[garde(length(min = 1, max = 512))]
    #[schema(min_length = 1, max_length = 512)]
    refresh_token: Option<String>,
}

struct Change {
    app: App,
    proof: Proof,
    new: String,
    keep: Option<Uuid>,
    cause: Cause,
}

/// Changes one's password, and ends all other sessions.
#[utoipa::path(
    put, path = "/api/users/password", tag = "user", request_body = Request,
    responses(
        (status = 204, description = "The password is another one"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "WRONG_PASSWORD"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "The account is gone"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<StatusCode> {
    let new = rules::field("newPassword", Password::parse(&request.new_password))?;
    let current = request.current_password;
    let proof = proof::of_password(&app, &identity, current, &cause).await?;
    let keep = request
        .refresh_token
        .as_deref()
        .and_then(RefreshToken::parse)
        .map(|token| token.session);
    let change = Change {
        app: app.clone(),
        proof,
        new: app.passwords.hash(new).await?,
        keep,
        cause,
    };
    app.database
        .write(change, |unit, change| Box::pin(save(unit, change)))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn save(unit: &mut UnitOfWork, change: &Change) -> Answer<()> {
    let now = unit.now();
    let user_id = change.proof.confirm(unit).await?.id;
    let hashes = (change.proof.hash(), change.new.as_str());
    accounts::set_password(unit.sql(), user_id, hashes, now).await?;
    sessions::revoke_all(unit.sql(), user_id, change.keep, now).await?;
    codes::drop_change(unit, &change.app, user_id).await?;
    let changed = PasswordChanged {
        user_id,
        reason: PasswordChangeReason::Changed,
    };
    unit.publish(changed, &change.cause);
    Ok(())
}
