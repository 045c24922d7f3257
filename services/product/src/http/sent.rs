//! A body as it came, with its headers, and with the time that it takes: for files.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use revcart_http_edge::{Problem, RawBody, Unhurried};

/// What somebody has sent.
pub(super) struct Sent {
    headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Sent {
    /// What it is said to be; nothing, if it is not said.
    pub(super) fn content_type(&self) -> &str {
        let given = self.headers.get(CONTENT_TYPE);
        given
            .and_then(|given| given.to_str().ok())
            .unwrap_or_default()
    }
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        Unhurried::from_request_parts(&mut parts, state).await?;
        let headers = parts.headers.clone();
        let RawBody(body) = RawBody::from_request(Request::from_parts(parts, body), state).await?;
        Ok(Self { headers, body })
    }
}
