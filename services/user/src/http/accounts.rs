//! `GET /api/users`, `GET /api/users/{id}`, `PUT /api/users/{id}/role`, `PUT /api/users/{id}/status`: other people's accounts.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::extract::{Admin, InternalOrAdmin, Json, Path};
use revcart_http_edge::{Answer, Page, PageRequest, Problem};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::{Role, UserId};

use super::account_view::AccountView;
use super::rules;
use crate::app::App;
use crate::domain::{Account, Status};
use crate::store::{accounts, sessions};

/// 200 with a page of accounts, the youngest first. For admins.
pub(super) async fn list(
    State(app): State<App>,
    _: Admin,
    page: PageRequest,
) -> Answer<Page<AccountView>> {
    let found = accounts::list(app.database.read(), page.after()?, page.fetch()).await?;
    Ok(Page::of(found, &page, |account| account.id).map(AccountView::from))
}

/// 200 with the account. For admins and other services.
pub(super) async fn show(
    State(app): State<App>,
    _: InternalOrAdmin,
    Path(id): Path<UserId>,
) -> Answer<Json<AccountView>> {
    let account = accounts::find(app.database.read(), id).await?;
    Ok(Json(
        account.ok_or_else(|| Problem::not_found("account"))?.into(),
    ))
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct RoleRequest {
    #[garde(custom(rules::persons_role))]
    role: Role,
}

/// 200 with the account; it holds from the next refresh on. 409 `OWN_ACCOUNT`: admins do not shut themselves out.
pub(super) async fn set_role(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<UserId>,
    Json(request): Json<RoleRequest>,
) -> Answer<Json<AccountView>> {
    if admin.is_user(id) {
        return Err(own_account());
    }
    let standing = Standing {
        id,
        role: Some(request.role),
        status: None,
    };
    let account = app
        .database
        .write(standing, |unit, standing| Box::pin(save(unit, standing)))
        .await?;
    Ok(Json(account.into()))
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct StatusRequest {
    #[garde(skip)]
    status: Status,
}

/// 200 with the account. `SUSPENDED` ends every session. 409 `OWN_ACCOUNT`: admins do not shut themselves out.
pub(super) async fn set_status(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<UserId>,
    Json(request): Json<StatusRequest>,
) -> Answer<Json<AccountView>> {
    if admin.is_user(id) {
        return Err(own_account());
    }
    let standing = Standing {
        id,
        role: None,
        status: Some(request.status),
    };
    let account = app
        .database
        .write(standing, |unit, standing| Box::pin(save(unit, standing)))
        .await?;
    Ok(Json(account.into()))
}

/// What somebody is to be from now on.
struct Standing {
    id: UserId,
    role: Option<Role>,
    status: Option<Status>,
}

async fn save(unit: &mut UnitOfWork, standing: &Standing) -> Answer<Account> {
    let found = accounts::lock(unit.sql(), standing.id).await?;
    let mut account = found.ok_or_else(|| Problem::not_found("account"))?;
    account.role = standing.role.unwrap_or(account.role);
    account.status = standing.status.unwrap_or(account.status);
    accounts::update(unit.sql(), &account, unit.now()).await?;
    if account.status == Status::Suspended {
        sessions::revoke_all(unit.sql(), account.id, None, unit.now()).await?;
    }
    Ok(account)
}

fn own_account() -> Problem {
    Problem::conflict(
        "OWN_ACCOUNT",
        "admins cannot change their own role or status; ask another",
    )
}
