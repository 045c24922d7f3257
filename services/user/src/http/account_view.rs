//! An account as its owner, admins and other services see it.

use serde::Serialize;
use shared_events::{Role, Timestamp, UserId};

use crate::domain::{Account, Status};

/// An account without its secrets.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountView {
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

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
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
