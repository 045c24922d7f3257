//! What is known of people and orders, from events: enough to tell somebody something.

use shared_events::{OrderId, Role, UserId};

/// Somebody with a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub user_id: UserId,
    /// Where mails go.
    pub email: String,
    /// How to address them.
    pub name: String,
    /// Where text messages go, if they have said so.
    pub phone: Option<String>,
    /// Admins are told about the shop itself. Unknown until the registration has been heard of.
    pub role: Option<Role>,
    /// Newer events have higher ones; older news is ignored.
    pub version: u32,
}

/// An order that has been heard of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownOrder {
    /// Which.
    pub order_id: OrderId,
    /// What people call it.
    pub number: String,
    /// Whose; none for a guest.
    pub user_id: Option<UserId>,
    /// Where mails about it go.
    pub email: Option<String>,
    /// How to address the person.
    pub name: String,
}
