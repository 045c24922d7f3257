//! `POST /api/users/email`: asks for another e-mail address. It takes effect when the code that is mailed there is shown.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Json, Problem, ProblemBody, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;

use super::codes::{self, CODE_MAILED, CodeMailed, Dispatch};
use super::proof::{self, Proof};
use super::{letters, rules};
use crate::app::App;
use crate::domain::Email;
use crate::domain::code::Purpose;
use crate::store::accounts;

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = EmailChange, example = json!({"newEmail": "asha.rao@example.com", "password": "mango-lassi-42"}))]
pub(super) struct Request {
    #[garde(custom(rules::email))]
    #[schema(value_type = Email)]
    new_email: String,
    /// The current one.
    #[garde(length(chars, min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128)]
    password: String,
}

struct Change {
    app: App,
    proof: Proof,
    new: Email,
    cause: Cause,
}

/// Mails a code to the new address: 202 also if somebody else has it, who then is mailed nothing.
#[utoipa::path(
    post, path = "/api/users/email", tag = "user", request_body = Request,
    responses(
        (status = 202, body = CodeMailed, description = "A code is on its way to the new address"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "WRONG_PASSWORD"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "The account is gone"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<(StatusCode, Json<CodeMailed>)> {
    let new = rules::field("newEmail", Email::parse(&request.new_email))?;
    let proof = proof::of_password(&app, &identity, request.password, &cause).await?;
    let change = Change {
        app: app.clone(),
        proof,
        new,
        cause,
    };
    let wait = app
        .database
        .write(change, |unit, change| Box::pin(begin(unit, change)))
        .await?;
    match wait {
        // One's own codes only are counted here, so nothing is given away.
        Some(wait) => Err(Problem::too_many_requests(wait)),
        None => Ok((StatusCode::ACCEPTED, Json(CODE_MAILED))),
    }
}

async fn begin(unit: &mut UnitOfWork, change: &Change) -> Answer<Option<std::time::Duration>> {
    let account = change.proof.confirm(unit).await?;
    if account.email == change.new {
        return Err(Problem::invalid("newEmail", "is the address that you have"));
    }
    let taken = accounts::find_by_email(unit.sql(), &change.new).await?;
    let to = letters::whoever_reads(&change.new, &account.name);
    let dispatch = Dispatch {
        place: &change.app.pepper.slot_of_change(account.id),
        purpose: Purpose::Change,
        to: Some(to).filter(|_| taken.is_none()),
        new_email: Some(&change.new),
    };
    Ok(codes::send(unit, &change.app, dispatch, &change.cause).await?)
}
