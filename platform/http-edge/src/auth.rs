//! Who somebody is: signed tokens (Ed25519), the keys that are trusted for them, and for what.
//!
//! Two kinds of keys, never mixed: user-service's keys vouch for users (roles customer, agent, admin), a service's own key
//! vouches for that service (role service) and for nobody else; order-service's also opens one order to its guest. What a token
//! claims beyond that is refused.
//! Passwords, sessions and refresh tokens belong to user-service.

mod claims;
mod identity;
pub mod keyring;
mod keys;
mod service_tokens;
mod signer;
mod trust;
mod verifier;

pub use claims::{Claims, GUEST_AUDIENCE, ISSUER, USER_AUDIENCE};
pub use identity::{Identity, Role, Subject, Visitor};
pub use keys::{Jwk, Jwks};
pub use service_tokens::ServiceTokens;
pub use signer::{KeyError, Signer};
pub use trust::ServiceTrust;
pub use verifier::{KeySource, Refusal, Verified, Verifier};
