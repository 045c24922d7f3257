//! `POST /api/users/validate-token`: whether an access token is good and its account may be used now. Internal, for who
//! cannot wait for a token to run out; everybody else checks signatures by the published keys.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::Answer;
use revcart_http_edge::auth::Refusal;
use revcart_http_edge::extract::{Internal, Json};
use serde::{Deserialize, Serialize};
use shared_events::{Role, Timestamp, UserId};

use crate::app::App;
use crate::store::accounts;

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = TokenToCheck, example = json!({"token": "eyJ…"}))]
pub(super) struct Request {
    #[garde(length(min = 1, max = 4096))]
    #[schema(min_length = 1, max_length = 4096)]
    token: String,
}

/// What the token is worth.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[serde(untagged)]
#[schema(as = TokenFinding)]
pub(super) enum View {
    /// It is good.
    #[serde(rename_all = "camelCase")]
    Good {
        valid: bool,
        user_id: UserId,
        role: Role,
        expires_at: Timestamp,
    },
    /// It is not, and why.
    Bad { valid: bool, reason: &'static str },
}

/// Says whether an access token is good now. For other services.
#[utoipa::path(
    post, path = "/api/users/validate-token", tag = "user", request_body = Request,
    responses((status = 200, body = View, description = "What was found")),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: Internal,
    Json(request): Json<Request>,
) -> Answer<Json<View>> {
    let bad = |reason| {
        Ok(Json(View::Bad {
            valid: false,
            reason,
        }))
    };
    let verified = match app.keys.verifier().verify(&request.token).await {
        Ok(verified) => verified,
        Err(Refusal::Expired) => return bad("TOKEN_EXPIRED"),
        Err(Refusal::Invalid | Refusal::KeysOutOfReach) => return bad("INVALID_TOKEN"),
    };
    let account = accounts::find(app.database.read(), verified.identity.user_id()?).await?;
    match account.filter(|account| account.admit(app.config.require_verification).is_ok()) {
        // The role as it is now, which the token may not know yet.
        Some(account) => {
            let (user_id, role) = (account.id, account.role);
            Ok(Json(View::Good {
                valid: true,
                user_id,
                role,
                expires_at: verified.expires_at,
            }))
        }
        None => bad("ACCOUNT_BARRED"),
    }
}
