//! `POST /api/users/login`: opens a session. An unknown address and a wrong password are answered alike, after the same work.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::extract::Json;
use revcart_http_edge::{Answer, Problem};
use revcart_persistence::{Error as DatabaseError, UnitOfWork};
use serde::Deserialize;
use uuid::Uuid;

use super::answers::TokenPair;
use super::rules;
use crate::app::App;
use crate::domain::session::Session;
use crate::domain::{Email, Password};
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
    rehashed: Option<String>,
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
        .verify(Password::presented(request.password), hash)
        .await?;
    let (Some(account), Verdict::Right { rehashed }) = (account, verdict) else {
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "INVALID_CREDENTIALS",
            "the e-mail address or the password is wrong",
        ));
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
        rehashed,
    };
    app.database
        .write(sign_in, |unit, sign_in| Box::pin(open(unit, sign_in)))
        .await?;
    Ok(Json(TokenPair::issue(&app, &account, &token)))
}

async fn open(unit: &mut UnitOfWork, sign_in: &SignIn) -> Result<(), DatabaseError> {
    let SignIn {
        id,
        session,
        rehashed,
    } = sign_in;
    sessions::insert(unit.sql(), *id, session, unit.now()).await?;
    if let Some(hash) = rehashed {
        accounts::set_password(unit.sql(), session.user_id, hash, unit.now()).await?;
    }
    Ok(())
}
