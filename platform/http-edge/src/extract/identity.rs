//! Who asks: extractors over what the edge found in the token. Roles that may act are gates in a handler's signature;
//! what belongs to somebody else is decided by the handler, and answered as 404.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use crate::auth::{Identity, Role, Visitor};
use crate::context::{Authentication, RequestContext};
use crate::problem::Problem;

/// Anybody; but who sends a token sends a valid one: 401 `UNAUTHENTICATED` or `TOKEN_EXPIRED` otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaybeIdentity(pub Option<Identity>);

impl<S: Send + Sync> FromRequestParts<S> for MaybeIdentity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match &RequestContext::of(parts)?.authentication {
            Authentication::Anonymous => Ok(Self(None)),
            Authentication::Known(Visitor::User(identity)) => Ok(Self(Some(*identity))),
            Authentication::Known(Visitor::Guest(_)) => Err(Problem::forbidden()),
            Authentication::Refused(refusal) => Err(refusal.problem()),
        }
    }
}

/// Somebody known: 401 `UNAUTHENTICATED` without a token.
impl<S: Send + Sync> FromRequestParts<S> for Identity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let MaybeIdentity(identity) = MaybeIdentity::from_request_parts(parts, state).await?;
        identity.ok_or_else(|| Problem::unauthorized("this needs a bearer token"))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Identity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Problem> {
        let MaybeIdentity(identity) = MaybeIdentity::from_request_parts(parts, state).await?;
        Ok(identity)
    }
}

/// Somebody known or the guest of an order: 401 `UNAUTHENTICATED` without a token.
impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match &RequestContext::of(parts)?.authentication {
            Authentication::Anonymous => Err(Problem::unauthorized("this needs a bearer token")),
            Authentication::Known(visitor) => Ok(*visitor),
            Authentication::Refused(refusal) => Err(refusal.problem()),
        }
    }
}

macro_rules! gate {
    ($(#[$meta:meta])* $name:ident, $($role:ident)|+) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(pub Identity);

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                let identity = <Identity as FromRequestParts<S>>::from_request_parts(parts, state).await?;
                if matches!(identity.role, $(Role::$role)|+) {
                    Ok(Self(identity))
                } else {
                    Err(Problem::forbidden())
                }
            }
        }
    };
}

gate! {
    /// Role `admin` only; 403 `FORBIDDEN` for others.
    Admin, Admin
}
gate! {
    /// Another service (role `service`) only; 403 `FORBIDDEN` for others.
    Internal, Service
}
gate! {
    /// Another service or an admin; 403 `FORBIDDEN` for others.
    InternalOrAdmin, Service | Admin
}
gate! {
    /// Role `agent` only; 403 `FORBIDDEN` for others.
    Agent, Agent
}
gate! {
    /// An agent or an admin; 403 `FORBIDDEN` for others.
    AgentOrAdmin, Agent | Admin
}
