//! What is known of the request at hand: its id, its trace, who asks. Made by the edge, read by extractors, problems and
//! the client. Ambient (a task-local), so that a problem can name its trace and a call can carry it on.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::request::Parts;
use revcart_persistence::Cause;

use crate::auth::{Refusal, Visitor};
use crate::problem::Problem;
use crate::server::in_flight::InFlight;
use crate::trace_context::TraceContext;

/// The header that carries the id of a request, in both directions; it becomes the correlation id of what the request causes.
pub const REQUEST_ID: &str = "x-request-id";

/// The longest id that is taken over from a caller.
const LONGEST_ID: usize = 64;

tokio::task_local! {
    static CURRENT: Origin;
}

/// What calls and messages carry on from whatever caused them.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) request_id: Arc<str>,
    pub(crate) trace: TraceContext,
}

impl Origin {
    /// Of a request, from its headers: a caller's id is taken over if it is short and plain, otherwise the trace id serves.
    pub(crate) fn of_request(headers: &http::HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let trace = text(crate::trace_context::TRACEPARENT)
            .and_then(TraceContext::parse)
            .map_or_else(TraceContext::start, TraceContext::child);
        let request_id = match text(REQUEST_ID).filter(|id| is_plain(id)) {
            Some(id) => Arc::from(id),
            None => Arc::from(trace.trace_id().to_string()),
        };
        Self { request_id, trace }
    }

    fn of_cause(cause: &Cause) -> Self {
        let trace = cause
            .traceparent
            .as_deref()
            .and_then(TraceContext::parse)
            .map_or_else(TraceContext::start, TraceContext::child);
        Self {
            request_id: Arc::from(cause.correlation_id.as_str()),
            trace,
        }
    }

    /// Of whatever runs now; a fresh one outside of requests and [`caused_by`].
    pub(crate) fn current() -> Self {
        CURRENT.try_with(Self::clone).unwrap_or_else(|_| {
            let trace = TraceContext::start();
            Self {
                request_id: Arc::from(trace.trace_id().to_string()),
                trace,
            }
        })
    }

    pub(crate) fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, work)
    }
}

fn is_plain(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

/// Runs `work` (a job, a handler of messages) so that the calls it makes belong to `cause`.
pub fn caused_by<F: Future>(cause: &Cause, work: F) -> impl Future<Output = F::Output> + use<F> {
    Origin::of_cause(cause).scope(work)
}

/// The trace id of the request at hand.
pub(crate) fn current_trace_id() -> Option<String> {
    CURRENT
        .try_with(|origin| origin.trace.trace_id().to_string())
        .ok()
}

/// Who asks, as far as the token says.
#[derive(Debug, Clone)]
pub(crate) enum Authentication {
    Anonymous,
    Known(Visitor),
    Refused(Refusal),
}

/// One request behind the edge.
#[derive(Debug)]
pub(crate) struct RequestContext {
    pub(crate) origin: Origin,
    pub(crate) authentication: Authentication,
    pub(crate) in_flight: InFlight,
    unhurried: AtomicBool,
}

impl RequestContext {
    pub(crate) fn new(origin: Origin, authentication: Authentication, in_flight: InFlight) -> Self {
        Self {
            origin,
            authentication,
            in_flight,
            unhurried: AtomicBool::new(false),
        }
    }

    /// The context that the edge has put into the request.
    pub(crate) fn of(parts: &Parts) -> Result<&Arc<Self>, Problem> {
        parts.extensions.get::<Arc<Self>>().ok_or_else(|| {
            tracing::error!("a route is served without its edge: wrap the router by Edge::around");
            Problem::unexpected()
        })
    }

    /// Exempts this request from the time limit.
    pub(crate) fn take_time(&self) {
        self.unhurried.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_unhurried(&self) -> bool {
        self.unhurried.load(Ordering::Relaxed)
    }
}
