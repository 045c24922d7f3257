//! Problem details (RFC 9457): the one shape of every error that leaves a service over HTTP.
//!
//! A handler returns [`Answer`]; what it could not tell its caller is logged here, once, and answered without details.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use revcart_runtime::error_chain;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::context;

/// What handlers return.
pub type Answer<T> = Result<T, Problem>;

/// The media type of every error body.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What every problem has.
const TAKEN: [&str; 7] = [
    "type", "title", "status", "detail", "code", "traceId", "errors",
];

/// An error answer. `code` is stable and meant for programs, `detail` for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone, PartialEq)]
struct Parts {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: String,
    errors: Vec<FieldError>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// One field that was refused, by its path in the request body (`lines[0].quantity`) and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Path of the field in the request, in its JSON spelling; empty for the body as a whole.
    pub field: String,
    /// What is wrong, lowercase, for people.
    pub message: String,
}

impl Problem {
    /// A problem of any kind. `code` is `SCREAMING_SNAKE` and never changes its meaning.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        Self(Box::new(Parts {
            status,
            code: code.into(),
            detail: detail.into(),
            errors: Vec::new(),
            members: Map::new(),
            headers: Vec::new(),
        }))
    }

    /// 404 `NOT_FOUND`: there is no such thing, or none that the caller may know of.
    pub fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            format!("there is no such {what}"),
        )
    }

    /// 409 with a code of the domain.
    pub fn conflict(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 422 with a code of the domain; for fields see [`Problem::invalid`].
    pub fn unprocessable(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// 422 `VALIDATION_FAILED` without fields yet: add them by [`Problem::with_field`].
    pub fn validation() -> Self {
        Self::unprocessable(
            "VALIDATION_FAILED",
            "the request has fields that are not acceptable",
        )
    }

    /// 422 `VALIDATION_FAILED` for one field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::validation().with_field(field, message)
    }

    /// 400 with a code.
    pub fn bad_request(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 401 `UNAUTHENTICATED` with the challenge that RFC 9110 asks for.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", detail).with_header(
            http::header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer"),
        )
    }

    /// 403 `FORBIDDEN`: the caller is known and may not do this at all. (What belongs to somebody else is a 404.)
    pub fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "FORBIDDEN",
            "your role does not allow this",
        )
    }

    /// 503 `UNAVAILABLE`: something this service needs is out of reach; trying again in a second makes sense.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", detail)
            .with_header(RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// 429 `TOO_MANY_REQUESTS`: the caller may ask again after this time, in whole seconds.
    pub fn too_many_requests(wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "TOO_MANY_REQUESTS",
            "you ask too often",
        )
        .with_header(RETRY_AFTER, HeaderValue::from(seconds.max(1)))
    }

    /// 500 `INTERNAL`: logs the error with its causes and tells the caller nothing of it but the trace id.
    pub fn internal(error: &(dyn Error + 'static)) -> Self {
        tracing::error!(error = error_chain(error), "request failed");
        Self::unexpected()
    }

    /// 500 `INTERNAL` for what has been logged already.
    pub(crate) fn unexpected() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL",
            "something went wrong here; the trace id finds it in the logs",
        )
    }

    /// The problem that a bare status code stands for.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => {
                Self::new(status, "NOT_FOUND", "there is nothing at this address")
            }
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                status,
                "METHOD_NOT_ALLOWED",
                "this address does not take this method",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::new(status, "PAYLOAD_TOO_LARGE", "the request body is too large")
            }
            StatusCode::INTERNAL_SERVER_ERROR => Self::unexpected(),
            _ => {
                let reason = status.canonical_reason().unwrap_or("Error");
                let code = reason
                    .to_ascii_uppercase()
                    .replace([' ', '-'], "_")
                    .replace('\'', "");
                Self::new(status, code, reason.to_ascii_lowercase())
            }
        }
    }

    /// Adds a refused field; they are answered as `errors`.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.0.errors.push(FieldError {
            field: field.into(),
            message: message.into(),
        });
        self
    }

    /// Adds a member of its own to the body, such as `orderId`.
    ///
    /// # Panics
    /// If `value` cannot be JSON (a map with keys that are no strings), which is a bug of the caller; and in debug builds if
    /// `name` is one of RFC 9457's or ours, which would then stand twice in the body.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        debug_assert!(!TAKEN.contains(&name), "every problem has a {name} already");
        let value = serde_json::to_value(value).expect("members of problems are plain data");
        self.0.members.insert(name.to_owned(), value);
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// What is said to people.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The refused fields.
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// A member of its own, as added by [`Problem::with`] or as received.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.0.members.get(name)
    }

    /// Reads a problem that another service answered; `None` if the body is none.
    pub fn parse(status: StatusCode, body: &[u8]) -> Option<Self> {
        let received: Received = serde_json::from_slice(body).ok()?;
        let mut problem = Self::new(status, received.code, received.detail);
        problem.0.errors = received.errors;
        problem.0.members = received.members;
        for known in TAKEN {
            problem.0.members.remove(known);
        }
        Some(problem)
    }

    /// The body as it is sent, with the trace id of the request at hand.
    pub fn body(&self) -> String {
        let trace_id = context::current_trace_id();
        let body = Sent {
            kind: format!(
                "urn:revcart:problem:{}",
                self.code().to_ascii_lowercase().replace('_', "-")
            ),
            title: title(self.code()),
            status: self.0.status.as_u16(),
            detail: &self.0.detail,
            code: &self.0.code,
            trace_id: trace_id.as_deref(),
            errors: (self.0.status == StatusCode::UNPROCESSABLE_ENTITY
                || !self.0.errors.is_empty())
            .then_some(&self.0.errors),
            members: &self.0.members,
        };
        serde_json::to_string(&body).expect("strings and JSON values are always JSON")
    }
}

/// `OUT_OF_STOCK` → `Out of stock`.
fn title(code: &str) -> String {
    let mut title = code.to_ascii_lowercase().replace('_', " ");
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    title
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sent<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    detail: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<&'a Vec<FieldError>>,
    #[serde(flatten)]
    members: &'a Map<String, Value>,
}

#[derive(Deserialize)]
struct Received {
    code: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    errors: Vec<FieldError>,
    #[serde(flatten)]
    members: Map<String, Value>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body()));
        *response.status_mut() = self.0.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        for (name, value) in self.0.headers {
            headers.insert(name, value);
        }
        response
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} {}: {}",
            self.0.status.as_u16(),
            self.code(),
            self.detail()
        )
    }
}

impl Error for Problem {}

/// So that the work of `db.write` can return problems.
impl From<revcart_persistence::Error> for Problem {
    fn from(error: revcart_persistence::Error) -> Self {
        if error.is_unavailable() {
            tracing::error!(error = error_chain(&error), "the database is out of reach");
            return Self::unavailable("the database is out of reach");
        }
        Self::internal(&error)
    }
}

/// So that reads outside of `db.write` can use `?`.
impl From<sea_orm::DbErr> for Problem {
    fn from(error: sea_orm::DbErr) -> Self {
        revcart_persistence::Error::from(error).into()
    }
}
