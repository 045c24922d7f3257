//! One call: what is sent, how often it is tried, what comes back.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::transport::Outgoing;
use super::{CallError, Peer};
use crate::context::{Origin, REQUEST_ID};
use crate::problem::Problem;
use crate::trace_context::TRACEPARENT;

/// Attempts of a call that may be repeated.
const ATTEMPTS: usize = 3;
/// The first pause between attempts; doubled each time, with jitter.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// A call that is being put together.
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    peer: Peer,
    outgoing: Outgoing,
    repeatable: bool,
}

/// What came back, with a status of success.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(super) callee: &'static str,
    /// HTTP status, 2xx or 3xx.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Reply {
    /// The body as JSON; an empty body is read as `null`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, CallError> {
        let body: &[u8] = if self.body.is_empty() {
            b"null"
        } else {
            &self.body
        };
        serde_json::from_slice(body).map_err(|source| CallError::Answer {
            callee: self.callee,
            source,
        })
    }
}

impl Call {
    pub(super) fn new(peer: Peer, method: Method, path: &str) -> Self {
        // POST and PATCH are not safe to repeat; the other methods are by their definition (RFC 9110, 9.2.2).
        let repeatable = !matches!(method, Method::POST | Method::PATCH | Method::CONNECT);
        let outgoing = Outgoing {
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        Self {
            peer,
            outgoing,
            repeatable,
        }
    }

    /// A JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Result<Self, CallError> {
        let body = serde_json::to_vec(body).map_err(|source| self.unwritable(source))?;
        self.outgoing.body = Bytes::from(body);
        self.outgoing
            .headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(self)
    }

    /// An `Idempotency-Key`, which makes the call safe to repeat.
    pub fn idempotency_key(self, key: &str) -> Result<Self, CallError> {
        let mut call = self.header("idempotency-key", key)?;
        call.repeatable = true;
        Ok(call)
    }

    /// A header. `authorization` replaces the service token.
    pub fn header(mut self, name: &'static str, value: &str) -> Result<Self, CallError> {
        let value = HeaderValue::from_str(value).map_err(|source| self.unwritable(source))?;
        self.outgoing
            .headers
            .insert(HeaderName::from_static(name), value);
        Ok(self)
    }

    /// Says that the callee takes this call twice as once: it is tried again if it fails.
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Sends it, and answers with a success or an error, never with an error status as a reply.
    pub async fn send(mut self) -> Result<Reply, CallError> {
        self.sign();
        let deadline = self.peer.deadline;
        let callee = self.callee();
        let attempts = if self.repeatable { ATTEMPTS } else { 1 };
        let pauses = ExponentialBuilder::default()
            .with_min_delay(FIRST_PAUSE)
            .with_max_times(attempts - 1)
            .with_jitter();
        // On the heap: in memory this is the whole handler of the callee.
        let tried = Box::pin(
            (|| self.attempt())
                .retry(pauses)
                .when(|error: &CallError| error.is_transient() && error.is_failure()),
        );
        match tokio::time::timeout(deadline, tried).await {
            Ok(result) => result,
            Err(_) => {
                self.peer.inner.breaker.failed(self.peer.inner.clock.now());
                Err(CallError::Timeout {
                    callee,
                    after: deadline,
                })
            }
        }
    }

    async fn attempt(&self) -> Result<Reply, CallError> {
        let inner = &self.peer.inner;
        let callee = self.callee();
        let _turn = inner
            .turns
            .acquire()
            .await
            .map_err(|source| CallError::Unavailable {
                callee,
                source: source.into(),
            })?;
        if !inner.breaker.admits(inner.clock.now()) {
            return Err(CallError::CircuitOpen { callee });
        }
        let result = match inner
            .transport
            .send(inner.service, self.outgoing.clone())
            .await
        {
            Ok(reply) => self.judge(reply),
            Err(source) => Err(CallError::Unavailable { callee, source }),
        };
        match &result {
            Err(error) if error.is_failure() => inner.breaker.failed(inner.clock.now()),
            Ok(_) | Err(_) => inner.breaker.succeeded(),
        }
        result
    }

    fn judge(&self, reply: Reply) -> Result<Reply, CallError> {
        let status = reply.status;
        if status.is_success() || status.is_redirection() {
            return Ok(reply);
        }
        let problem =
            Problem::parse(status, &reply.body).unwrap_or_else(|| Problem::of_status(status));
        Err(CallError::Status {
            callee: self.callee(),
            status,
            problem: Box::new(problem),
        })
    }

    /// Adds who calls and what for.
    fn sign(&mut self) {
        let origin = Origin::current();
        let headers = &mut self.outgoing.headers;
        if let Ok(id) = HeaderValue::from_str(&origin.request_id) {
            headers.insert(REQUEST_ID, id);
        }
        if let Ok(trace) = HeaderValue::from_str(&origin.trace.to_string()) {
            headers.insert(TRACEPARENT, trace);
        }
        if let Some(tokens) = &self.peer.inner.tokens
            && !headers.contains_key(AUTHORIZATION)
        {
            headers.insert(AUTHORIZATION, tokens.authorization(self.peer.inner.service));
        }
    }

    fn callee(&self) -> &'static str {
        self.peer.inner.service.name()
    }

    fn unwritable(&self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> CallError {
        CallError::Request {
            callee: self.callee(),
            source: source.into(),
        }
    }
}
