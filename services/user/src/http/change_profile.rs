//! `PUT /api/users/profile`: another name, another telephone number. A number that is not given is taken away.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Identity, Json, ProblemBody, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::UserId;

use super::answers;
use super::problems::no_such_account;
use super::rules;
use crate::app::App;
use crate::domain::Account;
use crate::domain::account::Profile;
use crate::store::accounts;

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ProfileChange, example = json!({"name": "Asha Rao", "phone": "+91 98765 43210"}))]
pub(super) struct Request {
    #[garde(custom(rules::name))]
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[serde(default)]
    #[garde(inner(custom(rules::phone)))]
    #[schema(min_length = 6, max_length = 20, pattern = "^\\+?[0-9][0-9 ()-]*$")]
    phone: Option<String>,
}

struct Change {
    id: UserId,
    profile: Profile,
    cause: Cause,
}

/// Changes one's name and telephone number.
#[utoipa::path(
    put, path = "/api/users/profile", tag = "user", request_body = Request,
    responses(
        (status = 200, body = answers::Account, description = "The account as it is now"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "The account is gone"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<Json<answers::Account>> {
    let profile = Profile {
        name: request.name.trim().to_owned(),
        phone: rules::trimmed(request.phone),
    };
    let change = Change {
        id: identity.user_id()?,
        profile,
        cause,
    };
    let account = app
        .database
        .write(change, |unit, change| Box::pin(save(unit, change)))
        .await?;
    Ok(Json(account.into()))
}

async fn save(unit: &mut UnitOfWork, change: &Change) -> Answer<Account> {
    let mut account = accounts::lock(unit.sql(), change.id)
        .await?
        .ok_or_else(no_such_account)?;
    let changed = account.change_profile(change.profile.clone());
    if !changed.is_empty() {
        accounts::update(unit.sql(), &account, unit.now()).await?;
        unit.publish(account.profile_updated(changed), &change.cause);
    }
    Ok(account)
}
