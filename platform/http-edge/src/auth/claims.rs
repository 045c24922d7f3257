//! What a token says.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared_events::{OrderId, Service, Timestamp, UserId};

use super::{Identity, Role, Subject};

/// Who issues the tokens of users.
pub const ISSUER: &str = "user-service";
/// Whom the tokens of users are meant for: all of us.
pub const USER_AUDIENCE: &str = "revcart";
/// Whom the tokens of guests are meant for: all of us, for one order.
pub const GUEST_AUDIENCE: &str = "revcart-guest";

/// The claims of an access token or a service token (RFC 7519). Times are whole seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it: `user-service`, or the calling service.
    pub iss: String,
    /// The user's id, or the calling service's name.
    pub sub: String,
    /// `revcart` for users; for services the one service it is meant for.
    pub aud: String,
    /// The role it gives.
    pub role: Role,
    /// When it was issued.
    pub iat: i64,
    /// From when on it is worth nothing.
    pub exp: i64,
}

impl Claims {
    /// An access token for a person, valid for `ttl` from `now` on.
    pub fn user(id: UserId, role: Role, now: Timestamp, ttl: Duration) -> Self {
        Self {
            iss: ISSUER.to_owned(),
            sub: id.to_string(),
            aud: USER_AUDIENCE.to_owned(),
            role,
            iat: seconds(now),
            exp: seconds(now + ttl),
        }
    }

    /// A token by which `from` calls `to`.
    pub fn service(from: Service, to: Service, now: Timestamp, ttl: Duration) -> Self {
        Self {
            iss: from.name().to_owned(),
            sub: from.name().to_owned(),
            aud: to.name().to_owned(),
            role: Role::Service,
            iat: seconds(now),
            exp: seconds(now + ttl),
        }
    }

    /// A token by which a guest sees the one order that they have placed; order-service alone may issue it.
    pub fn guest(order: OrderId, now: Timestamp, ttl: Duration) -> Self {
        Self {
            iss: Service::Order.name().to_owned(),
            sub: order.to_string(),
            aud: GUEST_AUDIENCE.to_owned(),
            role: Role::Customer,
            iat: seconds(now),
            exp: seconds(now + ttl),
        }
    }

    /// The order that they open to a guest, if they are of the kind that `from` may issue.
    pub(super) fn as_guest(&self, from: Service) -> Option<OrderId> {
        let vouched = from == Service::Order
            && self.iss == from.name()
            && self.aud == GUEST_AUDIENCE
            && self.role == Role::Customer;
        self.sub.parse().ok().filter(|_| vouched)
    }

    /// The person they vouch for, if they are of the kind that user-service may issue.
    pub(super) fn as_user(&self) -> Option<Identity> {
        let vouched = self.iss == ISSUER
            && self.aud == USER_AUDIENCE
            && matches!(self.role, Role::Customer | Role::Agent | Role::Admin);
        let id = self.sub.parse().ok().filter(|_| vouched)?;
        Some(Identity {
            subject: Subject::User(id),
            role: self.role,
        })
    }

    /// The service that they are meant for, if they are of the kind that `from` may issue.
    pub(super) fn as_service(&self, from: Service) -> Option<Service> {
        let vouched =
            self.iss == from.name() && self.sub == from.name() && self.role == Role::Service;
        Service::ALL
            .iter()
            .copied()
            .find(|to| vouched && self.aud == to.name())
    }

    /// From when on the token is worth nothing.
    pub(super) fn expires_at(&self) -> Timestamp {
        Timestamp::from_micros(self.exp.saturating_mul(1_000_000))
    }
}

fn seconds(at: Timestamp) -> i64 {
    at.micros().div_euclid(1_000_000)
}
