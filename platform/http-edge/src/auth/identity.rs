//! Somebody known.

use shared_events::{OrderId, Service, UserId};

use crate::problem::Problem;

pub use shared_events::Role;

/// Who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A person with an account.
    User(UserId),
    /// One of our services.
    Service(Service),
}

/// Who asks and in which role, as vouched for by a valid token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Who.
    pub subject: Subject,
    /// In which role; [`Role::Service`] exactly for services.
    pub role: Role,
}

impl Identity {
    /// A person.
    pub fn user(id: UserId, role: Role) -> Self {
        Self {
            subject: Subject::User(id),
            role,
        }
    }

    /// A service.
    pub fn service(service: Service) -> Self {
        Self {
            subject: Subject::Service(service),
            role: Role::Service,
        }
    }

    /// The person's id; 403 `FORBIDDEN` for a service, which has no cart, orders or profile of its own.
    pub fn user_id(&self) -> Result<UserId, Problem> {
        match self.subject {
            Subject::User(id) => Ok(id),
            Subject::Service(_) => Err(Problem::forbidden()),
        }
    }

    /// Whether this is that person.
    pub fn is_user(&self, id: UserId) -> bool {
        self.subject == Subject::User(id)
    }

    /// Whether the role is admin.
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// Whether this is another service.
    pub fn is_service(&self) -> bool {
        matches!(self.subject, Subject::Service(_))
    }

    /// A short name that no other identity has: `user:…` or `service:…`; for idempotency keys, limits and logs.
    pub fn scope(&self) -> String {
        match self.subject {
            Subject::User(id) => format!("user:{id}"),
            Subject::Service(service) => format!("service:{}", service.short()),
        }
    }
}

/// Somebody known, or the guest of one order. Routes that take an [`Identity`] refuse guests; routes that serve guests take this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visitor {
    /// A person with an account, or a service.
    User(Identity),
    /// Whoever holds the token of this order, and may see nothing else.
    Guest(OrderId),
}

impl Visitor {
    /// Whether this visitor may know of `order`, which belongs to `owner` (a guest's order to nobody): its owner, its guest,
    /// admins and services.
    pub fn may_see(&self, order: OrderId, owner: Option<UserId>) -> bool {
        match self {
            Self::User(identity) => {
                identity.is_admin()
                    || identity.is_service()
                    || owner.is_some_and(|owner| identity.is_user(owner))
            }
            Self::Guest(theirs) => *theirs == order && owner.is_none(),
        }
    }

    /// A short name that no other visitor has: for idempotency keys, limits and logs.
    pub fn scope(&self) -> String {
        match self {
            Self::User(identity) => identity.scope(),
            Self::Guest(order) => format!("guest:{order}"),
        }
    }
}
