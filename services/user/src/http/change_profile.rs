//! `PUT /api/users/profile`: another name, another telephone number. A number that is not given is taken away.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Identity, Json, RequestCause};
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

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    #[garde(custom(rules::name))]
    name: String,
    #[serde(default)]
    #[garde(inner(custom(rules::phone)))]
    phone: Option<String>,
}

struct Change {
    id: UserId,
    profile: Profile,
    cause: Cause,
}

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
