//! What several endpoints answer with.

use revcart_http_edge::Claims;
use serde::Serialize;
use shared_events::{AddressId, Role, Timestamp, UserId};
use uuid::Uuid;

use crate::app::App;
use crate::domain::{self, Entry, Status};
use crate::refresh_token::RefreshToken;

/// An account as its owner, admins and other services see it: without its secrets.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    user_id: UserId,
    email: String,
    name: String,
    phone: Option<String>,
    role: Role,
    status: Status,
    verified: bool,
    /// Mail to this address comes back.
    email_bounces: bool,
    registered_at: Timestamp,
}

impl From<domain::Account> for Account {
    fn from(account: domain::Account) -> Self {
        Self {
            user_id: account.id,
            email: account.email.to_string(),
            name: account.name,
            phone: account.phone,
            role: account.role,
            status: account.status,
            verified: account.verified,
            email_bounces: account.email_bounced_at.is_some(),
            registered_at: account.created_at,
        }
    }
}

/// An address as its owner sees it.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AddressBookEntry)]
pub(super) struct Address {
    address_id: AddressId,
    label: String,
    #[serde(flatten)]
    address: shared_events::Address,
    /// Whether it is offered first.
    is_default: bool,
}

impl Address {
    /// This entry of an address book whose first is `default`.
    pub(super) fn of(entry: Entry, default: Option<AddressId>) -> Self {
        Self {
            address_id: entry.id,
            label: entry.label,
            address: entry.address,
            is_default: default == Some(entry.id),
        }
    }
}

/// What somebody is given who has shown who they are: a token to call with, and one to get the next pair with.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenPair {
    /// The session that they belong to, to tell it from others in `GET /api/users/sessions`.
    session_id: Uuid,
    access_token: String,
    refresh_token: String,
    token_type: &'static str,
    /// Seconds that the access token is valid.
    expires_in: u64,
}

impl TokenPair {
    /// A pair for this account, from now on.
    pub(super) fn issue(
        app: &App,
        account: &domain::Account,
        refresh_token: &RefreshToken,
    ) -> Self {
        let ttl = app.config.access_token_ttl;
        let claims = Claims::user(account.id, account.role, app.clock.now(), ttl);
        Self {
            session_id: refresh_token.session,
            access_token: app.keys.sign(&claims),
            refresh_token: refresh_token.reveal(),
            token_type: "Bearer",
            expires_in: ttl.as_secs(),
        }
    }
}
