//! `POST /api/users/login`: opens a session. An unknown address, a wrong password and an account that its owner has closed are
//! answered alike, after the same work; and after a few wrong ones in a row, whoever tries at that address waits.

use axum::extract::State;
use garde::Validate;
use http::HeaderMap;
use http::header::USER_AGENT;
use revcart_http_edge::extract::{Json, RequestCause};
use revcart_http_edge::{Answer, Problem, ProblemBody};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use uuid::Uuid;

use super::answers::TokenPair;
use super::attempts::{self, Attempt};
use super::problems::invalid_credentials;
use super::{confirm, rules};
use crate::app::App;
use crate::domain::session::Session;
use crate::domain::{Account, Email, Password, Status};
use crate::passwords::Verdict;
use crate::refresh_token::RefreshToken;
use crate::store::{self, accounts, lockouts, sessions};

/// What is kept of a `User-Agent`.
const LONGEST_USER_AGENT: usize = 200;

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = Credentials, example = json!({"email": "asha@example.com", "password": "mango-lassi-42"}))]
pub(super) struct Request {
    #[garde(custom(rules::email))]
    #[schema(value_type = Email)]
    email: String,
    #[garde(length(chars, min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128)]
    password: String,
}

/// Somebody who knows the password.
struct SignIn {
    place: String,
    id: Uuid,
    session: Session,
    user_agent: Option<String>,
    /// That of the password that was right.
    hash: String,
    rehashed: Option<String>,
    verification_required: bool,
    cause: Cause,
}

/// Signs in.
#[utoipa::path(
    post, path = "/api/users/login", tag = "user", request_body = Request,
    responses(
        (status = 200, body = TokenPair, description = "An access token, and the refresh token of the new session"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json", description = "INVALID_CREDENTIALS"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "The password is right: ACCOUNT_SUSPENDED or EMAIL_NOT_VERIFIED"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json", description = "TOO_MANY_ATTEMPTS at this address, or TOO_MANY_REQUESTS; Retry-After says when to try again"),
    ),
    security(()),
)]
pub(super) async fn handle(
    State(app): State<App>,
    headers: HeaderMap,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<Json<TokenPair>> {
    let email = rules::field("email", Email::parse(&request.email))?;
    let place = app.pepper.sign_ins_of(&email);
    attempts::refuse_during_pause(&app, &place).await?;
    let found = accounts::find_by_email(app.database.read(), &email).await?;
    let hash = found.as_ref().map(|(_, hash)| hash.clone());
    let presented = Password::presented(request.password);
    let verdict = app.passwords.verify(presented, hash).await?;
    let known = found.filter(|(account, _)| account.status != Status::Deactivated);
    let (Some((account, hash)), Verdict::Right { rehashed }) = (known.clone(), verdict) else {
        let owner = known.map(|(account, _)| account);
        return Err(refuse(&app, place, owner, cause).await);
    };
    account.admit(app.config.require_verification)?;
    let token = RefreshToken::generate(Uuid::now_v7());
    let session = Session {
        user_id: account.id,
        digest: token.digest(),
        expires_at: app.clock.now() + app.config.refresh_token_ttl,
        revoked_at: None,
    };
    let sign_in = SignIn {
        place,
        id: token.session,
        session,
        user_agent: user_agent(&headers),
        hash,
        rehashed,
        verification_required: app.config.require_verification,
        cause,
    };
    let attempt = app
        .database
        .write(sign_in, |unit, sign_in| Box::pin(open(unit, sign_in)))
        .await?;
    let account = attempt.or(invalid_credentials)?;
    Ok(Json(TokenPair::issue(&app, &account, &token)))
}

/// The account as it is now: a password changed or an account closed since they were read opens no session.
async fn open(unit: &mut UnitOfWork, sign_in: &SignIn) -> Answer<Attempt<Account>> {
    let SignIn {
        place,
        id,
        session,
        hash,
        ..
    } = sign_in;
    let now = unit.now();
    let failures = lockouts::find(unit.sql(), place).await?;
    if let Some(wait) = failures.as_ref().and_then(|failures| failures.pause(now)) {
        return Ok(Attempt::Paused(wait));
    }
    let found = accounts::lock_with_hash(unit.sql(), session.user_id).await?;
    let (mut account, _) = found
        .filter(|(_, stored)| stored == hash)
        .ok_or_else(invalid_credentials)?;
    account.admit(sign_in.verification_required)?;
    // It was to be verified when it was made, and need not be any more.
    confirm::owner(unit, &mut account, &sign_in.cause).await?;
    let user_agent = sign_in.user_agent.as_deref();
    sessions::insert(unit.sql(), *id, session, user_agent, now).await?;
    if let Some(new) = &sign_in.rehashed {
        accounts::set_password(unit.sql(), account.id, (hash, new), now).await?;
    }
    if failures.is_some() {
        lockouts::clear(unit.sql(), place).await?;
    }
    Ok(Attempt::Right(account))
}

/// Counts a wrong one, and says so in the words that are the same for all of them.
async fn refuse(app: &App, place: String, owner: Option<Account>, cause: Cause) -> Problem {
    let counted: Result<Attempt<()>, store::Error> = app
        .database
        .write((place, owner, cause), |unit, (place, owner, cause)| {
            Box::pin(attempts::count(unit, place, owner.as_ref(), cause))
        })
        .await;
    match counted.map(|attempt| attempt.or(invalid_credentials)) {
        Ok(Err(problem)) => problem,
        Ok(Ok(())) => invalid_credentials(),
        Err(error) => error.into(),
    }
}

/// What the program calls itself, as far as it can be shown.
fn user_agent(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(USER_AGENT)?.to_str().ok()?.trim();
    let shown: String = given.chars().take(LONGEST_USER_AGENT).collect();
    Some(shown).filter(|shown| !shown.is_empty())
}
