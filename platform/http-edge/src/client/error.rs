//! How a call can fail, as far as callers tell it apart.

use std::error::Error;
use std::time::Duration;

use http::StatusCode;
use revcart_runtime::error_chain;

use crate::problem::Problem;

/// A call that did not bring what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The callee answered with an error; `problem` is what it said (or what the bare status says).
    #[error("{callee} answered {problem}")]
    Status {
        /// Who was called.
        callee: &'static str,
        /// HTTP status.
        status: StatusCode,
        /// What it said.
        problem: Box<Problem>,
    },
    /// The callee cannot be reached; whether it has seen the request is not known.
    #[error("{callee} is out of reach")]
    Unavailable {
        /// Who was called.
        callee: &'static str,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// No answer in time; the callee may still act upon the request.
    #[error("{callee} did not answer within {after:?}")]
    Timeout {
        /// Who was called.
        callee: &'static str,
        /// How long was waited.
        after: Duration,
    },
    /// Not called at all, because too many calls before it failed.
    #[error("{callee} is not called for a while, it failed too often")]
    CircuitOpen {
        /// Who was not called.
        callee: &'static str,
    },
    /// The answer is not of the expected shape.
    #[error("the answer of {callee} is not understood")]
    Answer {
        /// Who was called.
        callee: &'static str,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// The request cannot be written: a bug of the caller.
    #[error("a request to {callee} cannot be written")]
    Request {
        /// Who would have been called.
        callee: &'static str,
        /// What is wrong with it.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl CallError {
    /// The code of the problem that the callee answered, for decisions such as `Some("NOT_FOUND") => …`.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Status { problem, .. } => Some(problem.code()),
            Self::Unavailable { .. }
            | Self::Timeout { .. }
            | Self::CircuitOpen { .. }
            | Self::Answer { .. }
            | Self::Request { .. } => None,
        }
    }

    /// The status that the callee answered.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status { status, .. } => Some(*status),
            Self::Unavailable { .. }
            | Self::Timeout { .. }
            | Self::CircuitOpen { .. }
            | Self::Answer { .. }
            | Self::Request { .. } => None,
        }
    }

    /// Whether the same call may succeed later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Status { status, .. } => {
                status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS
            }
            Self::Unavailable { .. } | Self::Timeout { .. } | Self::CircuitOpen { .. } => true,
            Self::Answer { .. } | Self::Request { .. } => false,
        }
    }

    /// Whether it speaks against the callee's health (what the callee refuses for good reason does not).
    pub(super) fn is_failure(&self) -> bool {
        match self {
            Self::Status { status, .. } => status.is_server_error(),
            Self::Unavailable { .. } | Self::Timeout { .. } => true,
            Self::CircuitOpen { .. } | Self::Answer { .. } | Self::Request { .. } => false,
        }
    }
}

/// What our own caller is told when a call fails in a way that the handler does not treat itself: 503 for what may pass,
/// 500 (logged) for what is a bug here or there.
impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        if error.is_transient() {
            tracing::warn!(error = error_chain(&error), "a call failed");
            return Self::unavailable("another part of the system does not answer at the moment");
        }
        Self::internal(&error)
    }
}
