//! What user-service says about people with a login. `Debug` leaves out who they are.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{UserId, message::event, messages::wire_words};

wire_words! {
    /// What somebody may do.
    Role {
        /// Buys.
        Customer = "customer",
        /// Delivers.
        Agent = "agent",
        /// Runs the shop.
        Admin = "admin",
        /// Another service; never a person.
        Service = "service",
    }
}

wire_words! {
    /// How a password came to be another.
    PasswordChangeReason {
        /// The user changed it, knowing the old one.
        Changed = "changed",
        /// It was reset by a code sent by mail.
        Reset = "reset",
    }
}

/// Somebody has a login now.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserRegistered {
    /// The new user.
    pub user_id: UserId,
    /// Where mails go.
    pub email: String,
    /// How to address them.
    pub name: String,
    /// Where calls go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Version of the user after this.
    pub aggregate_version: u32,
}

event!(User v1 UserRegistered { subject: user_id });

impl fmt::Debug for UserRegistered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRegistered")
            .field("user_id", &self.user_id)
            .field("aggregate_version", &self.aggregate_version)
            .finish_non_exhaustive()
    }
}

/// A user has changed what others know of them.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserProfileUpdated {
    /// The user.
    pub user_id: UserId,
    /// Where mails go from now on.
    pub email: String,
    /// How to address them from now on.
    pub name: String,
    /// Where calls go from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Names of the fields that are different from before.
    pub changed_fields: Vec<String>,
    /// Version of the user after this.
    pub aggregate_version: u32,
}

event!(User v1 UserProfileUpdated { subject: user_id });

impl fmt::Debug for UserProfileUpdated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserProfileUpdated")
            .field("user_id", &self.user_id)
            .field("aggregate_version", &self.aggregate_version)
            .finish_non_exhaustive()
    }
}

/// A user has another password now. The user is told, in case it was not them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasswordChanged {
    /// The user.
    pub user_id: UserId,
    /// How it came about.
    pub reason: PasswordChangeReason,
}

event!(User v1 PasswordChanged { subject: user_id });
