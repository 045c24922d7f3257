//! `POST /api/users/login`: opens a session. An unknown address and a wrong password are answered alike, after the same work.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::extract::Json;
use revcart_http_edge::{Answer, Problem};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use uuid::Uuid;

use super::answers::TokenPair;
use super::rules;
use crate::app::App;
use crate::domain::session::Session;
use crate::domain::{Account, Email, Password};
use crate::passwords::Verdict;
use crate::refresh_token::RefreshToken;
use crate::store::{accounts, sessions};

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    #[garde(custom(rules::email))]
    email: String,
    #[garde(length(chars, min = 1, max = 128))]
    password: String,
}

struct SignIn {
    id: Uuid,
    session: Session,
    /// That of the password that was right.
    hash: String,
    rehashed: Option<String>,
    verification_required: bool,
}

/// 200 with tokens; 401 `INVALID_CREDENTIALS`; 403 `ACCOUNT_SUSPENDED` or `EMAIL_NOT_VERIFIED` if the password was right.
pub(super) async fn handle(
    State(app): State<App>,
    Json(request): Json<Request>,
) -> Answer<Json<TokenPair>> {
    let email = rules::field("email", Email::parse(&request.email))?;
    let (account, hash) = accounts::find_by_email(app.database.read(), &email)
        .await?
        .unzip();
    let verdict = app
        .passwords
        .verify(Password::presented(request.password), hash.clone())
        .await?;
    let (Some(account), Some(hash), Verdict::Right { rehashed }) = (account, hash, verdict) else {
        return Err(invalid_credentials());
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
        id: token.session,
        session,
        hash,
        rehashed,
        verification_required: app.config.require_verification,
    };
    let account = app
        .database
        .write(sign_in, |unit, sign_in| Box::pin(open(unit, sign_in)))
        .await?;
    Ok(Json(TokenPair::issue(&app, &account, &token)))
}

/// The account as it is now: a password changed or an account closed since they were read opens no session.
async fn open(unit: &mut UnitOfWork, sign_in: &SignIn) -> Answer<Account> {
    let SignIn {
        id,
        session,
        hash,
        rehashed,
        verification_required,
    } = sign_in;
    let found = accounts::lock_with_hash(unit.sql(), session.user_id).await?;
    let (account, _) = found
        .filter(|(_, stored)| stored == hash)
        .ok_or_else(invalid_credentials)?;
    account.admit(*verification_required)?;
    sessions::insert(unit.sql(), *id, session, unit.now()).await?;
    if let Some(new) = rehashed {
        accounts::set_password(unit.sql(), account.id, (hash, new), unit.now()).await?;
    }
    Ok(account)
}

fn invalid_credentials() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "INVALID_CREDENTIALS",
        "the e-mail address or the password is wrong",
    )
}
