//! Who somebody is: signed tokens (Ed25519), the keys that are trusted for them, and for what.
//!
//! Two kinds of keys, never mixed: user-service's keys vouch for users (roles customer, agent, admin), a service's own key
//! vouches for that service (role service) and for nobody else. What a token claims beyond that is refused.
//! Passwords, sessions and refresh tokens belong to user-service.

mod claims;
mod identity;
pub mod keyring;
mod keys;
mod service_tokens;
mod signer;
mod trust;
mod verifier;

pub use claims::{Claims, ISSUER, USER_AUDIENCE};
pub use identity::{Identity, Role, Subject};
pub use keys::{Jwk, Jwks};
pub use service_tokens::ServiceTokens;
pub use signer::{KeyError, Signer};
pub use trust::ServiceTrust;
pub use verifier::{KeySource, Refusal, Verified, Verifier};
