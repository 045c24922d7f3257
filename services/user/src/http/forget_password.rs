//! `POST /api/users/forgot-password`: a code by which another password can be set.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Json, RequestCause};
use serde::Deserialize;

use super::codes::CodeMailed;
use super::{code_request, rules};
use crate::app::App;
use crate::domain::Email;
use crate::domain::code::Purpose;

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ForgottenPassword, example = json!({"email": "asha@example.com"}))]
pub(super) struct Request {
    #[garde(custom(rules::email))]
    #[schema(value_type = Email)]
    email: String,
}

/// Mails a code to set another password with: 202 whether there is such an account or not.
#[utoipa::path(
    post, path = "/api/users/forgot-password", tag = "user", request_body = Request,
    responses((status = 202, body = CodeMailed, description = "If there is such an account, a code is on its way")),
    security(()),
)]
pub(super) async fn handle(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<(StatusCode, Json<CodeMailed>)> {
    let email = rules::field("email", Email::parse(&request.email))?;
    code_request::answer(app, email, Purpose::Reset, cause).await
}
