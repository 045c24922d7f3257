//! What handlers take: each extractor parses one thing and answers a [`crate::Problem`] when it cannot.

mod body;
mod headers;
mod identity;
mod json;
mod path;
mod query;
mod refused;

pub use body::{NoBody, RawBody};
pub use headers::{IdempotencyKey, Prefer, RequestCause, Unhurried};
pub use identity::{Admin, Agent, AgentOrAdmin, Internal, InternalOrAdmin, MaybeIdentity};
pub use json::Json;
pub use path::Path;
pub use query::Query;

pub(crate) use body::read;
pub(crate) use headers::idempotency_key;
pub(crate) use json::{expect_json, parse};
