//! Requests that must not have their effect twice: the client names each by an `Idempotency-Key`, the answer is kept with
//! the effect in one commit, and the same request again gets the same answer.
//!
//! Same key and same request: the kept answer. Same key and another request: 422 `IDEMPOTENCY_KEY_REUSED`.
//! Same key while the first is being worked on in this process: 409 `IDEMPOTENCY_KEY_IN_USE` (in another process: one of the
//! two commits fails, as a key is kept once). Keys are scoped to identity and route.
//!
//! ```no_run
//! # use revcart_http_edge::{Answer, idempotency::{Idempotent, Reply}};
//! # use revcart_persistence::Database;
//! # use http::StatusCode;
//! # #[derive(Clone, serde::Deserialize, garde::Validate)] #[garde(allow_unvalidated)] struct Refund {}
//! # async fn carry_out(_: &mut revcart_persistence::UnitOfWork, _: &Refund) -> Answer<serde_json::Value> { unimplemented!() }
//! async fn refund(db: Database, request: Idempotent<Refund>) -> Answer<Reply> {
//!     let args = (request.once.clone(), request.body.clone());
//!     db.write(args, |unit, (once, body)| Box::pin(async move {
//!         if let Some(answered) = once.answered(unit).await? {
//!             return Ok(answered);
//!         }
//!         let refund = carry_out(unit, body).await?;
//!         once.keep(unit, StatusCode::CREATED, &refund).await
//!     })).await
//! }
//! ```

use aws_lc_rs::digest::{Context, SHA256};
use axum::extract::{FromRequest, MatchedPath, Request};
use axum::response::{IntoResponse, Response};
use garde::Validate;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
use revcart_persistence::{UnitOfWork, idempotency};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::context::{Authentication, RequestContext};
use crate::extract::{expect_json, idempotency_key, parse, read};
use crate::problem::{Answer, Problem};
use crate::server::in_flight::Guard;

/// Says that an answer was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A request with a JSON body and an `Idempotency-Key`. While it exists, the same key is refused: keep it until the answer
/// is made (an argument of a handler lives that long).
#[derive(Debug)]
pub struct Idempotent<T> {
    /// The body, parsed and validated like [`crate::Json`].
    pub body: T,
    /// What to ask and tell inside the unit of work.
    pub once: Once,
    _in_flight: Guard,
}

impl<T, S> FromRequest<S> for Idempotent<T>
where
    T: DeserializeOwned + Validate<Context: Default>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let who = who(&parts)?;
        expect_json(&parts.headers)?;
        let key = idempotency_key(&parts.headers)?;
        let scope = Scope::new(
            who,
            parts.method.as_str(),
            parts
                .extensions
                .get::<MatchedPath>()
                .map_or_else(|| parts.uri.path(), MatchedPath::as_str),
        );
        let address = parts
            .uri
            .path_and_query()
            .map(|address| address.as_str().to_owned())
            .unwrap_or_default();
        let in_flight = RequestContext::of(&parts)?.in_flight.clone();
        let bytes = read(Request::from_parts(parts, body)).await?;
        let body = parse(&bytes)?;
        let guard = in_flight.begin(&scope, &key).ok_or_else(in_use)?;
        let fingerprint = fingerprint_of(&address, &bytes);
        Ok(Self {
            body,
            once: Once {
                key: idempotency::Key {
                    scope: scope.0,
                    key,
                    fingerprint,
                },
            },
            _in_flight: guard,
        })
    }
}

/// Whose keys they are. Guests of an order have keys too; whether they may do this is for the handler to say.
fn who(parts: &Parts) -> Result<String, Problem> {
    match &RequestContext::of(parts)?.authentication {
        Authentication::Anonymous => Ok("anonymous".to_owned()),
        Authentication::Known(visitor) => Ok(visitor.scope()),
        Authentication::Refused(refusal) => Err(refusal.problem()),
    }
}

fn in_use() -> Problem {
    Problem::conflict(
        "IDEMPOTENCY_KEY_IN_USE",
        "the first request with this key is still being worked on; ask again in a moment",
    )
}

/// Within what a key is one: who sends it, and to which route.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope(pub(crate) String);

impl Scope {
    /// `who` as of [`crate::Identity::scope`] (or the cart or order token of a guest), and the route.
    pub fn new(who: impl std::fmt::Display, method: &str, route: &str) -> Self {
        let scope = format!("{who} {method} {route}");
        if scope.len() <= 200 {
            return Self(scope);
        }
        Self(fingerprint(scope.as_bytes()))
    }
}

/// One key with the request it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    key: idempotency::Key,
}

impl Once {
    /// For callers that do not come over HTTP, and for guests whose scope is not their identity.
    pub fn new(scope: Scope, key: impl Into<String>, fingerprint: String) -> Self {
        Self {
            key: idempotency::Key {
                scope: scope.0,
                key: key.into(),
                fingerprint,
            },
        }
    }

    /// The same within what `who` does: for guests, who have no identity to tell them apart.
    #[must_use]
    pub fn of(mut self, who: &str) -> Self {
        self.key.scope = fingerprint(format!("{who} {}", self.key.scope).as_bytes());
        self
    }

    /// The answer that was given before; 422 `IDEMPOTENCY_KEY_REUSED` if the key stands for another request.
    pub async fn answered(&self, unit: &UnitOfWork) -> Answer<Option<Reply>> {
        match idempotency::find(unit, &self.key).await? {
            idempotency::Found::Fresh => Ok(None),
            idempotency::Found::Answered { status, body } => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                Ok(Some(Reply {
                    status,
                    body,
                    replayed: true,
                }))
            }
            idempotency::Found::OtherRequest => Err(Problem::unprocessable(
                "IDEMPOTENCY_KEY_REUSED",
                "this key was used for another request; take a new one",
            )),
        }
    }

    /// Keeps the answer in the commit of the effect, and returns it for answering.
    pub async fn keep(
        &self,
        unit: &UnitOfWork,
        status: StatusCode,
        body: &impl Serialize,
    ) -> Answer<Reply> {
        let body = serde_json::to_string(body).map_err(|error| Problem::internal(&error))?;
        idempotency::keep(unit, &self.key, status.as_u16(), body.clone())
            .await
            .map_err(|error| {
                // Another process was faster with the same key.
                if idempotency::is_taken(&error) {
                    in_use()
                } else {
                    error.into()
                }
            })?;
        Ok(Reply {
            status,
            body,
            replayed: false,
        })
    }
}

/// An answer with a JSON body, given now or before (then with the header `Idempotency-Replayed: true`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// JSON body.
    pub body: String,
    /// Whether it was given before.
    pub replayed: bool,
}

impl Reply {
    /// The body again as what it was written from.
    pub fn json<T: DeserializeOwned>(&self) -> Answer<T> {
        serde_json::from_str(&self.body).map_err(|error| Problem::internal(&error))
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response =
            (self.status, [(CONTENT_TYPE, "application/json")], self.body).into_response();
        if self.replayed {
            response
                .headers_mut()
                .insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

/// A hash of a request body: 64 hexadecimal digits, the same for JSON that differs in white space or order of members only.
pub fn fingerprint(body: &[u8]) -> String {
    fingerprint_of("", body)
}

fn fingerprint_of(address: &str, body: &[u8]) -> String {
    let mut context = Context::new(&SHA256);
    context.update(address.as_bytes());
    context.update(b"\n");
    match serde_json::from_slice::<Value>(body) {
        Ok(json) => hash_json(&mut context, &json),
        Err(_) => context.update(body),
    }
    hex::encode(context.finish())
}

/// Every value is preceded by what it is, so that different values cannot run into the same bytes.
fn hash_json(context: &mut Context, value: &Value) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            context.update(value.to_string().as_bytes());
            context.update(b",");
        }
        Value::String(text) => hash_text(context, text),
        Value::Array(items) => {
            context.update(format!("[{}:", items.len()).as_bytes());
            items.iter().for_each(|item| hash_json(context, item));
        }
        Value::Object(members) => {
            context.update(format!("{{{}:", members.len()).as_bytes());
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            for (name, value) in members {
                hash_text(context, name);
                hash_json(context, value);
            }
        }
    }
}

fn hash_text(context: &mut Context, text: &str) {
    context.update(format!("\"{}:", text.len()).as_bytes());
    context.update(text.as_bytes());
}
