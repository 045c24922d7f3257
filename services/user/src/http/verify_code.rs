//! `POST /api/users/verify-otp`: shows that an address is one's own, by the code that was mailed there.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Json, ProblemBody, RequestCause};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;

use super::attempts::Attempt;
use super::code_request::CodePurpose;
use super::codes::Claim;
use super::problems::invalid_code;
use super::{confirm, rules};
use crate::app::App;
use crate::domain::Email;
use crate::domain::code::Purpose;
use crate::store;

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CodeShown, example = json!({"email": "asha@example.com", "code": "493021"}))]
pub(super) struct Request {
    #[garde(custom(rules::email))]
    #[schema(value_type = Email)]
    email: String,
    #[garde(custom(rules::code))]
    #[schema(pattern = "^[0-9]{6}$")]
    code: String,
    /// What the code was mailed for. One for another password is only looked at, and still has to be used for that.
    #[serde(default)]
    #[garde(skip)]
    purpose: CodePurpose,
}

/// Confirms the address of a new account, which can be signed in to from then on.
#[utoipa::path(
    post, path = "/api/users/verify-otp", tag = "user", request_body = Request,
    responses(
        (status = 204, description = "The code is right"),
        (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "INVALID_CODE: wrong, used, tried too often or too old; or MALFORMED_JSON"),
    ),
    security(()),
)]
pub(super) async fn handle(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<StatusCode> {
    let claim = Claim {
        email: rules::field("email", Email::parse(&request.email))?,
        code: rules::parsed_code("code", &request.code)?,
        purpose: request.purpose.into(),
        cause,
        app: app.clone(),
    };
    let attempt = app
        .database
        .write(claim, |unit, claim| Box::pin(accept(unit, claim)))
        .await?;
    attempt.or(invalid_code)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn accept(unit: &mut UnitOfWork, claim: &Claim) -> Result<Attempt<()>, store::Error> {
    let registers = claim.purpose == Purpose::Register;
    match claim.check(unit, registers).await? {
        Attempt::Right((mut account, _)) => {
            if registers {
                confirm::owner(unit, &mut account, &claim.cause).await?;
            }
            Ok(Attempt::Right(()))
        }
        Attempt::Wrong => Ok(Attempt::Wrong),
        Attempt::Paused(wait) => Ok(Attempt::Paused(wait)),
    }
}
