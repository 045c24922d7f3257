//! `GET, PUT /api/users/profile`: who one is, and changing what may be changed.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::auth::Identity;
use revcart_http_edge::extract::{Json, RequestCause};
use revcart_http_edge::{Answer, Problem};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::UserId;

use super::account_view::AccountView;
use super::rules;
use crate::app::App;
use crate::domain::Account;
use crate::domain::account::Profile;
use crate::store::accounts;

/// 200 with the account.
pub(super) async fn show(State(app): State<App>, identity: Identity) -> Answer<Json<AccountView>> {
    let account = accounts::find(app.database.read(), identity.user_id()?).await?;
    Ok(Json(
        account.ok_or_else(|| Problem::not_found("account"))?.into(),
    ))
}

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

/// 200 with the account as it is now. A telephone number that is not given is taken away.
pub(super) async fn change(
    State(app): State<App>,
    identity: Identity,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<Json<AccountView>> {
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
        .ok_or_else(|| Problem::not_found("account"))?;
    let changed = account.change_profile(change.profile.clone());
    if !changed.is_empty() {
        accounts::update(unit.sql(), &account, unit.now()).await?;
        unit.publish(account.profile_updated(changed), &change.cause);
    }
    Ok(account)
}
