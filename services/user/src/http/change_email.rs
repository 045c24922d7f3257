//! `POST /api/users/email`: asks for another e-mail address. It takes effect when the code that is mailed there is shown.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Json, Problem, ProblemBody, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;

use super::codes::{self, CODE_MAILED, CodeMailed, Dispatch};
use super::{letters, proof, rules};
use crate::app::App;
use crate::domain::code::Purpose;
use crate::domain::{Account, Email};
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
    account: Account,
    /// That of the password that was right.
    hash: String,
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
    let (account, hash) = proof::of_password(&app, &identity, request.password, &cause).await?;
    if account.email == new {
        return Err(Problem::invalid("newEmail", "is the address that you have"));
    }
    let change = Change {
        app: app.clone(),
        account,
        hash,
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
    let found = accounts::lock_with_hash(unit.sql(), change.account.id).await?;
    // The password that was right may have been changed in the meantime.
    if found.is_none_or(|(_, stored)| stored != change.hash) {
        return Err(proof::wrong_password());
    }
    let taken = accounts::find_by_email(unit.sql(), &change.new).await?;
    let to = letters::whoever_reads(&change.new, &change.account.name);
    let dispatch = Dispatch {
        place: &change.app.pepper.slot_of_change(change.account.id),
        purpose: Purpose::Change,
        to: Some(to).filter(|_| taken.is_none()),
        new_email: Some(&change.new),
    };
    Ok(codes::send(unit, &change.app, dispatch, &change.cause).await?)
}
