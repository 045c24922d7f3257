//! Another service as the service under test sees it: answers that the test sets, and a record of what was asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};

/// A stand-in for a service that is called over HTTP. Clones share answers and record.
///
/// ```
/// use http::{Method, StatusCode};
/// use revcart_testkit::Stub;
/// use serde_json::json;
///
/// let cart = Stub::new();
/// cart.answer(Method::GET, "/carts/*", StatusCode::OK, json!({"items": []}));
/// // Fixture::new::<Migrator>(Service::Order).peer(Service::Cart, cart.router())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stub {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    answers: Vec<Answer>,
    asked: Vec<Asked>,
}

#[derive(Debug)]
struct Answer {
    method: Method,
    path: String,
    status: StatusCode,
    body: Value,
}

/// A request that a stub got.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its method.
    pub method: Method,
    /// Its path, without the query.
    pub path: String,
    /// Its query, empty if there was none.
    pub query: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; null if it was no JSON.
    pub json: Value,
}

impl Stub {
    /// One that answers 404 to everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers like this from now on; a `*` in `path` stands for any one segment. The latest answer that fits holds.
    /// Bodies of 400 and above are sent as `application/problem+json`.
    pub fn answer(&self, method: Method, path: &str, status: StatusCode, body: Value) -> &Self {
        self.lock().answers.push(Answer {
            method,
            path: path.to_owned(),
            status,
            body,
        });
        self
    }

    /// Everything that was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.lock().asked.clone()
    }

    /// The service to hand to [`crate::Fixture::peer`].
    pub fn router(&self) -> Router {
        let stub = self.clone();
        Router::new().fallback(move |request: Request<Body>| {
            let stub = stub.clone();
            async move { stub.respond(request).await }
        })
    }

    async fn respond(&self, request: Request<Body>) -> Response {
        let (head, body) = request.into_parts();
        let body = body
            .collect()
            .await
            .map_or_else(|_| Bytes::new(), http_body_util::Collected::to_bytes);
        let path = head.uri.path().to_owned();
        let mut inner = self.lock();
        let (status, answer) = inner
            .answers
            .iter()
            .rev()
            .find(|answer| answer.fits(&head.method, &path))
            .map_or_else(
                || not_found(&head.method, &path),
                |answer| (answer.status, answer.body.clone()),
            );
        inner.asked.push(Asked {
            method: head.method,
            path,
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            json: serde_json::from_slice(&body).unwrap_or(Value::Null),
        });
        let content_type = if status.as_u16() >= 400 {
            "application/problem+json"
        } else {
            "application/json"
        };
        if answer.is_null() {
            return status.into_response();
        }
        (status, [(CONTENT_TYPE, content_type)], answer.to_string()).into_response()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answer {
    fn fits(&self, method: &Method, path: &str) -> bool {
        let same = |(wanted, found): (&str, &str)| wanted == "*" || wanted == found;
        self.method == *method
            && self.path.split('/').count() == path.split('/').count()
            && self.path.split('/').zip(path.split('/')).all(same)
    }
}

fn not_found(method: &Method, path: &str) -> (StatusCode, Value) {
    let detail = format!("the stub has no answer to {method} {path}");
    let body = json!({"type": "about:blank", "title": "Not Found", "status": 404, "code": "NOT_FOUND", "detail": detail});
    (StatusCode::NOT_FOUND, body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Call;

    #[tokio::test]
    async fn stub_answers_what_it_was_told_last_and_remembers_the_question() {
        let stub = Stub::new();
        stub.answer(
            Method::POST,
            "/carts/*/lock",
            StatusCode::OK,
            json!({"n": 1}),
        );
        let ask = || {
            Call::new(stub.router(), Method::POST, "/carts/7/lock?x=1").json(&json!({"by": "me"}))
        };
        assert_eq!(ask().await.json, json!({"n": 1}));
        stub.answer(
            Method::POST,
            "/carts/7/lock",
            StatusCode::CONFLICT,
            json!({"code": "LOCKED"}),
        );
        ask().await.expect_problem(StatusCode::CONFLICT, "LOCKED");
        let asked = stub.asked();
        assert_eq!(asked.len(), 2);
        assert_eq!(
            (asked[0].path.as_str(), asked[0].query.as_str()),
            ("/carts/7/lock", "x=1")
        );
        assert_eq!(asked[1].json, json!({"by": "me"}));
    }

    #[tokio::test]
    async fn stub_knows_nothing_that_it_was_not_told() {
        let stub = Stub::new();
        stub.answer(Method::GET, "/carts/*", StatusCode::OK, json!({}));
        for (method, path) in [
            (Method::GET, "/carts"),
            (Method::GET, "/carts/1/2"),
            (Method::PUT, "/carts/1"),
        ] {
            let reply = Call::new(stub.router(), method, path).await;
            reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        }
    }
}
