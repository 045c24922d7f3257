//! `PUT /api/users/password`: another password for who knows the old one. Every other session ends.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::auth::Identity;
use revcart_http_edge::extract::{Json, RequestCause};
use revcart_http_edge::{Answer, Problem};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::{PasswordChangeReason, PasswordChanged, UserId};
use uuid::Uuid;

use super::problems::no_such_account;
use super::rules;
use crate::app::App;
use crate::domain::Password;
use crate::passwords::Verdict;
use crate::refresh_token::RefreshToken;
use crate::store::{accounts, sessions};

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    #[garde(length(chars, min = 1, max = 128))]
    current_password: String,
    #[garde(custom(rules::password))]
    new_password: String,
    /// Names the session that goes on; without it all end.
    #[serde(default)]
    #[garde(length(min = 1, max = 512))]
    refresh_token: Option<String>,
}

struct Change {
    user_id: UserId,
    old: String,
    new: String,
    keep: Option<Uuid>,
    cause: Cause,
}

/// 204; 403 `WRONG_PASSWORD`.
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<StatusCode> {
    let user_id = identity.user_id()?;
    let new = rules::field("newPassword", Password::parse(&request.new_password))?;
    let found = accounts::find_with_hash(app.database.read(), user_id).await?;
    let (_, old) = found.ok_or_else(no_such_account)?;
    let verdict = app
        .passwords
        .verify(
            Password::presented(request.current_password),
            Some(old.clone()),
        )
        .await?;
    if verdict == Verdict::Wrong {
        return Err(wrong_password());
    }
    let keep = request
        .refresh_token
        .as_deref()
        .and_then(RefreshToken::parse)
        .map(|token| token.session);
    let change = Change {
        user_id,
        old,
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
    let hashes = (change.old.as_str(), change.new.as_str());
    // The password that was right may have been changed in the meantime.
    if !accounts::set_password(unit.sql(), change.user_id, hashes, now).await? {
        return Err(wrong_password());
    }
    sessions::revoke_all(unit.sql(), change.user_id, change.keep, now).await?;
    let changed = PasswordChanged {
        user_id: change.user_id,
        reason: PasswordChangeReason::Changed,
    };
    unit.publish(changed, &change.cause);
    Ok(())
}

fn wrong_password() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "WRONG_PASSWORD",
        "the current password is wrong",
    )
}
