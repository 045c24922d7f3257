//! Headers that handlers act upon.

use std::time::Duration;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use revcart_persistence::Cause;

use crate::context::RequestContext;
use crate::problem::Problem;

/// The longest that a client may ask to wait.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The longest idempotency key that is kept.
const LONGEST_KEY: usize = 255;

/// `Idempotency-Key`, required: 400 `IDEMPOTENCY_KEY_REQUIRED` without. Handlers that have an effect to protect take
/// [`crate::idempotency::Idempotent`] instead, which reads it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(pub String);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        idempotency_key(&parts.headers).map(Self)
    }
}

pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<String, Problem> {
    let refused = |detail: &str| Problem::bad_request("IDEMPOTENCY_KEY_REQUIRED", detail);
    let given = headers.get("idempotency-key").ok_or_else(|| {
        refused("send an Idempotency-Key header, a new one for every new request")
    })?;
    let key = given.to_str().map(str::trim).unwrap_or_default();
    if key.is_empty() || key.len() > LONGEST_KEY {
        return Err(refused(
            "the Idempotency-Key must be 1 to 255 characters of ASCII",
        ));
    }
    Ok(key.to_owned())
}

/// `Prefer: wait=N` (RFC 7240): how long the client would wait for the outcome, at most 30 s. What cannot be read is ignored,
/// as the standard says. A request that waits is exempt from the time limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prefer {
    /// How long to wait; `None` to answer at once.
    pub wait: Option<Duration>,
}

impl<S: Send + Sync> FromRequestParts<S> for Prefer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let wait = parts
            .headers
            .get_all("prefer")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split([',', ';']))
            .filter_map(|preference| preference.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("wait"))
            .and_then(|(_, seconds)| seconds.trim().trim_matches('"').parse::<u32>().ok())
            .filter(|seconds| *seconds > 0)
            .map(|seconds| Duration::from_secs(u64::from(seconds)).min(LONGEST_WAIT));
        if wait.is_some() {
            RequestContext::of(parts)?.take_time();
        }
        Ok(Self { wait })
    }
}

/// Exempts the request from the time limit: for handlers that stream or wait.
#[derive(Debug, Clone, Copy)]
pub struct Unhurried;

impl<S: Send + Sync> FromRequestParts<S> for Unhurried {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        RequestContext::of(parts)?.take_time();
        Ok(Self)
    }
}

/// What messages that this request brings about name as their cause: the request's id as correlation id, and its trace.
#[derive(Debug, Clone)]
pub struct RequestCause(pub Cause);

impl<S: Send + Sync> FromRequestParts<S> for RequestCause {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let origin = &RequestContext::of(parts)?.origin;
        Ok(Self(Cause {
            correlation_id: origin.request_id.to_string(),
            causation_id: None,
            traceparent: Some(origin.trace.to_string()),
        }))
    }
}
