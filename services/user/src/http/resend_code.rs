//! `POST /api/users/resend-otp`: another code, in the place of the last one.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Json, RequestCause};
use serde::Deserialize;

use super::code_request::{self, CodePurpose};
use super::codes::CodeMailed;
use super::rules;
use crate::app::App;
use crate::domain::Email;

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CodeWanted, example = json!({"email": "asha@example.com", "purpose": "REGISTER"}))]
pub(super) struct Request {
    #[garde(custom(rules::email))]
    #[schema(value_type = Email)]
    email: String,
    /// What for.
    #[serde(default)]
    #[garde(skip)]
    purpose: CodePurpose,
}

/// Mails another code: 202 whether there is such an account or not. At most one a minute and five an hour are mailed.
#[utoipa::path(
    post, path = "/api/users/resend-otp", tag = "user", request_body = Request,
    responses((status = 202, body = CodeMailed, description = "If there is something to confirm, a code is on its way")),
    security(()),
)]
pub(super) async fn handle(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<(StatusCode, Json<CodeMailed>)> {
    let email = rules::field("email", Email::parse(&request.email))?;
    code_request::answer(app, email, request.purpose.into(), cause).await
}
