//! `POST /api/users/refresh`: the next pair of tokens for the current refresh token. A token that was used before ends the
//! session and the owner is told: either they or a thief holds a copy, and nobody can tell which.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::extract::{Json, RequestCause};
use revcart_http_edge::{Answer, Problem, ProblemBody};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::Timestamp;

use super::answers::TokenPair;
use super::letters;
use crate::app::App;
use crate::domain::Account;
use crate::domain::session::{Digest, Worth};
use crate::refresh_token::RefreshToken;
use crate::store::{self, sessions};

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = RefreshRequest, example = json!({"refreshToken": "019a1f97d0c07a6e8f3b5d2c4e6f8a90.…"}))]
pub(super) struct Request {
    #[garde(length(min = 1, max = 512))]
    #[schema(min_length = 1, max_length = 512)]
    refresh_token: String,
}

struct Exchange {
    id: uuid::Uuid,
    presented: Digest,
    next: Digest,
    expires_at: Timestamp,
    verification_required: bool,
    cause: Cause,
}

/// Exchanges the current refresh token for the next pair of tokens.
#[utoipa::path(
    post, path = "/api/users/refresh", tag = "user", request_body = Request,
    responses(
        (status = 200, body = TokenPair, description = "The next pair; the refresh token that was sent is worth nothing any more"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json", description = "INVALID_REFRESH_TOKEN; one that was used before ends its session"),
    ),
    security(()),
)]
pub(super) async fn handle(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<Json<TokenPair>> {
    let refused = || {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "INVALID_REFRESH_TOKEN",
            "this refresh token is not valid; sign in again",
        )
    };
    let presented = RefreshToken::parse(&request.refresh_token).ok_or_else(refused)?;
    let next = RefreshToken::generate(presented.session);
    let exchange = Exchange {
        id: presented.session,
        presented: presented.digest(),
        next: next.digest(),
        expires_at: app.clock.now() + app.config.refresh_token_ttl,
        verification_required: app.config.require_verification,
        cause,
    };
    let renewed = app
        .database
        .write(exchange, |unit, exchange| Box::pin(renew(unit, exchange)))
        .await?;
    let account = renewed.ok_or_else(refused)?;
    Ok(Json(TokenPair::issue(&app, &account, &next)))
}

/// The account whose session goes on. Ending a session is an effect too, so a refusal is no error here.
async fn renew(
    unit: &mut UnitOfWork,
    exchange: &Exchange,
) -> Result<Option<Account>, store::Error> {
    let Some((session, account)) = sessions::lock(unit.sql(), exchange.id).await? else {
        return Ok(None);
    };
    match session.judge(&exchange.presented, unit.now()) {
        Worth::Good if account.admit(exchange.verification_required).is_ok() => {
            let (next, expires_at) = (&exchange.next, exchange.expires_at);
            sessions::rotate(unit.sql(), exchange.id, next, expires_at, unit.now()).await?;
            Ok(Some(account))
        }
        Worth::Good => {
            sessions::revoke(unit.sql(), exchange.id, unit.now()).await?;
            Ok(None)
        }
        Worth::Reused => {
            sessions::revoke(unit.sql(), exchange.id, unit.now()).await?;
            tracing::warn!(session = %exchange.id, user = %account.id, "a session was ended: its refresh token was used again");
            unit.send(letters::session_ended(&account), &exchange.cause);
            Ok(None)
        }
        Worth::Ended => Ok(None),
    }
}
