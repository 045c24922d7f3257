//! `POST /api/users/email/verify`: the code that was mailed to the new address makes it the account's.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Identity, Json, ProblemBody, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::UserId;

use super::problems::{invalid_code, no_such_account};
use super::{answers, codes, rules};
use crate::app::App;
use crate::domain::{Account, Status};
use crate::one_time_code::OneTimeCode;
use crate::store::accounts;

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = EmailConfirmation, example = json!({"code": "493021"}))]
pub(super) struct Request {
    #[garde(custom(rules::code))]
    #[schema(pattern = "^[0-9]{6}$")]
    code: String,
}

struct Confirmation {
    app: App,
    user_id: UserId,
    code: OneTimeCode,
    cause: Cause,
}

/// Takes the new address over.
#[utoipa::path(
    post, path = "/api/users/email/verify", tag = "user", request_body = Request,
    responses(
        (status = 200, body = answers::Account, description = "The account with its new address"),
        (status = 400, body = ProblemBody, content_type = "application/problem+json", description = "INVALID_CODE: wrong, used, tried too often or too old; or MALFORMED_JSON"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "The account is gone"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "EMAIL_TAKEN by somebody else in the meantime"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<Json<answers::Account>> {
    let confirmation = Confirmation {
        app: app.clone(),
        user_id: identity.user_id()?,
        code: rules::parsed_code("code", &request.code)?,
        cause,
    };
    let account = app
        .database
        .write(confirmation, |unit, it| Box::pin(save(unit, it)))
        .await?;
    Ok(Json(account.ok_or_else(invalid_code)?.into()))
}

/// `None` for a wrong code, which is counted.
async fn save(unit: &mut UnitOfWork, confirmation: &Confirmation) -> Answer<Option<Account>> {
    let Confirmation {
        app,
        user_id,
        code,
        cause,
    } = confirmation;
    let found = accounts::lock(unit.sql(), *user_id).await?;
    // Their access token goes on for a while.
    let mut account = found
        .filter(|account| account.status == Status::Active)
        .ok_or_else(no_such_account)?;
    let place = app.pepper.slot_of_change(*user_id);
    let slot = codes::redeem(unit, app, (&place, code), true).await?;
    let Some(new) = slot.and_then(|slot| slot.new_email) else {
        return Ok(None);
    };
    let told = account.change_email(new);
    accounts::update(unit.sql(), &account, unit.now()).await?;
    unit.publish(told, cause);
    Ok(Some(account))
}
