//! Calling a router as a client would, without a socket: request builder and reply.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::Response;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::ServiceExt;

/// A request in the making; `.await` sends it.
#[derive(Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct Call {
    router: Router,
    request: http::request::Builder,
    body: Body,
}

impl Call {
    /// A request to `router`; `path` may carry a query.
    pub fn new(router: Router, method: Method, path: &str) -> Self {
        Self {
            router,
            request: Request::builder().method(method).uri(path),
            body: Body::empty(),
        }
    }

    /// Sends this bearer token; an [`crate::Actor`] is one.
    pub fn token(self, token: impl AsRef<str>) -> Self {
        self.header(AUTHORIZATION, &format!("Bearer {}", token.as_ref()))
    }

    /// Sends `body` as JSON.
    ///
    /// # Panics
    /// If it cannot be written as JSON.
    pub fn json(self, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("the body can be written as JSON");
        self.body("application/json", body)
    }

    /// Sends these bytes, well formed or not.
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = Body::from(body.into());
        self.header(CONTENT_TYPE, content_type)
    }

    /// Sends `Idempotency-Key`.
    pub fn idempotency_key(self, key: &str) -> Self {
        self.header(HeaderName::from_static("idempotency-key"), key)
    }

    /// Sends a header.
    ///
    /// # Panics
    /// If `value` cannot stand in a header.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("a header value without line breaks");
        self.request = self.request.header(name, value);
        self
    }

    /// Sends the request and returns as soon as the head of the response is there: for streams.
    ///
    /// # Panics
    /// If the path is no path.
    pub async fn response(self) -> Response {
        let request = self.request.body(self.body).expect("the path is a path");
        let response = self.router.oneshot(request).await;
        response.unwrap_or_else(|never| match never {})
    }
}

impl IntoFuture for Call {
    type Output = Reply;
    type IntoFuture = Pin<Box<dyn Future<Output = Reply> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (head, body) = self.response().await.into_parts();
            let body = body
                .collect()
                .await
                .expect("the body of the response is complete")
                .to_bytes();
            Reply {
                status: head.status,
                headers: head.headers,
                json: serde_json::from_slice(&body).unwrap_or(Value::Null),
                body,
            }
        })
    }
}

/// A complete response.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body as JSON; null if it is none.
    pub json: Value,
    /// Its body as it came.
    pub body: Bytes,
}

impl Reply {
    /// The reply itself, if it has this status.
    ///
    /// # Panics
    /// If not; the message shows the body.
    #[track_caller]
    pub fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "the body was: {}", self.text());
        self
    }

    /// Checks that it is a problem with this status and code (the `code` member of problem+json).
    ///
    /// # Panics
    /// If not.
    #[track_caller]
    pub fn expect_problem(self, status: StatusCode, code: &str) -> Self {
        let content_type = self.header("content-type").unwrap_or_default().to_owned();
        assert_eq!(
            (
                self.status,
                self.json["code"].as_str(),
                content_type.as_str()
            ),
            (status, Some(code), "application/problem+json"),
            "the body was: {}",
            self.text()
        );
        self
    }

    /// The body as a value of a type.
    ///
    /// # Panics
    /// If it is none.
    #[track_caller]
    pub fn parse<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}; the body was: {}", self.text()))
    }

    /// A member of the JSON body by its pointer, e.g. `/items/0/quantity`; null if there is none.
    pub fn at(&self, pointer: &str) -> &Value {
        self.json.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
