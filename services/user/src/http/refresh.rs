//! `POST /api/users/refresh`: the next pair of tokens for the current refresh token. A token that was used before ends the
//! session: either the owner or a thief holds a copy, and nobody can tell which.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::extract::Json;
use revcart_http_edge::{Answer, Problem};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::Timestamp;

use super::answers::TokenPair;
use crate::app::App;
use crate::domain::Account;
use crate::domain::session::{Digest, Worth};
use crate::refresh_token::RefreshToken;
use crate::store::{self, sessions};

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    #[garde(length(min = 1, max = 512))]
    refresh_token: String,
}

struct Exchange {
    id: uuid::Uuid,
    presented: Digest,
    next: Digest,
    expires_at: Timestamp,
    verification_required: bool,
}

/// 200 with new tokens; 401 `INVALID_REFRESH_TOKEN` for whatever is not the current one of a live session.
pub(super) async fn handle(
    State(app): State<App>,
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
            sessions::rotate(unit.sql(), exchange.id, &exchange.next, exchange.expires_at).await?;
            Ok(Some(account))
        }
        Worth::Good | Worth::Reused => {
            sessions::revoke(unit.sql(), exchange.id, unit.now()).await?;
            tracing::warn!(session = %exchange.id, user = %account.id, "a session was ended: its refresh token was used again, or its account is barred");
            Ok(None)
        }
        Worth::Ended => Ok(None),
    }
}
