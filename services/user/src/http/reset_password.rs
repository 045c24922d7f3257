//! `POST /api/users/reset-password`: another password for who reads the mail of an account. Every session ends, and
//! so does a change of address that has not been confirmed.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Json, ProblemBody, RequestCause};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::{PasswordChangeReason, PasswordChanged};

use super::attempts::{self, Attempt};
use super::codes::{self, Claim};
use super::problems::invalid_code;
use super::{confirm, rules};
use crate::app::App;
use crate::domain::code::Purpose;
use crate::domain::{Email, Password};
use crate::store::{self, accounts, lockouts, sessions};

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = PasswordReset, example = json!({"email": "asha@example.com", "code": "493021", "newPassword": "salty-lassi-43"}))]
pub(super) struct Request {
    #[garde(custom(rules::email))]
    #[schema(value_type = Email)]
    email: String,
    #[garde(custom(rules::code))]
    #[schema(pattern = "^[0-9]{6}$")]
    code: String,
    #[garde(custom(rules::password))]
    #[schema(min_length = 8, max_length = 128)]
    new_password: String,
}

struct Reset {
    claim: Claim,
    /// `None` if the code was seen to be wrong, so that nothing was hashed.
    new_hash: Option<String>,
}

/// Sets another password by a code that was mailed, ends every session, and opens the account again if wrong passwords had
/// locked it.
#[utoipa::path(
    post, path = "/api/users/reset-password", tag = "user", request_body = Request,
    responses(
        (status = 204, description = "The password is another one"),
        (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "INVALID_CODE: wrong, used, tried too often or too old; or MALFORMED_JSON"),
    ),
    security(()),
)]
pub(super) async fn handle(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<StatusCode> {
    let new = rules::field("newPassword", Password::parse(&request.new_password))?;
    let claim = Claim {
        email: rules::field("email", Email::parse(&request.email))?,
        code: rules::parsed_code("code", &request.code)?,
        purpose: Purpose::Reset,
        cause,
        app: app.clone(),
    };
    attempts::refuse_during_pause(&app, &claim.tries()).await?;
    // Hashed only for who has the code: guesses, right address or not, cost next to nothing. Whoever could see the difference
    // has been told it.
    let new_hash = if claim.looks_right().await? {
        Some(app.passwords.hash(new).await?)
    } else {
        None
    };
    let reset = Reset { claim, new_hash };
    let attempt = app
        .database
        .write(reset, |unit, reset| Box::pin(save(unit, reset)))
        .await?;
    attempt.or(invalid_code)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn save(unit: &mut UnitOfWork, reset: &Reset) -> Result<Attempt<()>, store::Error> {
    let claim = &reset.claim;
    let (mut account, old_hash) = match claim.check(unit, true).await? {
        Attempt::Right(found) => found,
        Attempt::Wrong => return Ok(Attempt::Wrong),
        Attempt::Paused(wait) => return Ok(Attempt::Paused(wait)),
    };
    let Some(new_hash) = &reset.new_hash else {
        // The code was sent between the look at it and this; the next try will find it used.
        return Ok(Attempt::Wrong);
    };
    let now = unit.now();
    let hashes = (old_hash.as_str(), new_hash.as_str());
    accounts::set_password(unit.sql(), account.id, hashes, now).await?;
    sessions::revoke_all(unit.sql(), account.id, None, now).await?;
    codes::drop_change(unit, &claim.app, account.id).await?;
    let sign_ins = claim.app.pepper.sign_ins_of(&claim.email);
    lockouts::clear(unit.sql(), &sign_ins).await?;
    confirm::owner(unit, &mut account, &claim.cause).await?;
    let changed = PasswordChanged {
        user_id: account.id,
        reason: PasswordChangeReason::Reset,
    };
    unit.publish(changed, &claim.cause);
    Ok(Attempt::Right(()))
}
