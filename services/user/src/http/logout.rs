//! `POST /api/users/logout`: ends the session of a refresh token. Access tokens run out by themselves.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::Answer;
use revcart_http_edge::extract::Json;
use revcart_persistence::{Error as DatabaseError, UnitOfWork};
use serde::Deserialize;

use crate::app::App;
use crate::refresh_token::RefreshToken;
use crate::store::sessions;

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = LogoutRequest, example = json!({"refreshToken": "019a1f97d0c07a6e8f3b5d2c4e6f8a90.…"}))]
pub(super) struct Request {
    #[garde(length(min = 1, max = 512))]
    #[schema(min_length = 1, max_length = 512)]
    refresh_token: String,
}

/// Signs out: 204, whether there was such a session or not.
#[utoipa::path(
    post, path = "/api/users/logout", tag = "user", request_body = Request,
    responses((status = 204, description = "The session has ended")),
    security(()),
)]
pub(super) async fn handle(
    State(app): State<App>,
    Json(request): Json<Request>,
) -> Answer<StatusCode> {
    if let Some(token) = RefreshToken::parse(&request.refresh_token) {
        app.database
            .write(token, |unit, token| Box::pin(end(unit, token)))
            .await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn end(unit: &mut UnitOfWork, token: &RefreshToken) -> Result<(), DatabaseError> {
    let presented = token.digest();
    Ok(sessions::revoke_presented(unit.sql(), token.session, &presented, unit.now()).await?)
}
