//! `GET /api/users` (admin): all accounts, or those of a role, a status or an address; the youngest first.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Page, PageRequest, Query};
use serde::Deserialize;
use shared_events::Role;

use super::answers::Account;
use super::rules;
use crate::app::App;
use crate::domain::{Email, Status};
use crate::store::accounts::{self, Filter};

/// A role that a person can have.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum PersonsRole {
    /// Buys.
    Customer,
    /// Delivers.
    Agent,
    /// Runs the shop.
    Admin,
}

impl From<PersonsRole> for Role {
    fn from(role: PersonsRole) -> Self {
        match role {
            PersonsRole::Customer => Self::Customer,
            PersonsRole::Agent => Self::Agent,
            PersonsRole::Admin => Self::Admin,
        }
    }
}

#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Of this role only.
    #[serde(default)]
    #[garde(skip)]
    #[param(inline)]
    role: Option<PersonsRole>,
    /// Of this status only.
    #[serde(default)]
    #[garde(skip)]
    #[param(inline)]
    status: Option<Status>,
    /// The one with this address only.
    #[serde(default)]
    #[garde(inner(custom(rules::email)))]
    #[param(value_type = Option<Email>, inline)]
    email: Option<String>,
}

/// Lists accounts.
#[utoipa::path(
    get, path = "/api/users", tag = "user", params(Wanted, PageRequest),
    responses((status = 200, body = Page<Account>, description = "The accounts, the youngest first")),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(wanted): Query<Wanted>,
    page: PageRequest,
) -> Answer<Page<Account>> {
    let email = wanted.email.as_deref().map(Email::parse).transpose();
    let filter = Filter {
        role: wanted.role.map(Role::from),
        status: wanted.status,
        email: rules::field("email", email)?,
    };
    let found = accounts::list(app.database.read(), &filter, page.after()?, page.fetch()).await?;
    Ok(Page::of(found, &page, |account| account.id).map(Account::from))
}
