//! The line to a gateway: a server in front of it that remembers what was asked, and can lose answers or break calls off.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode};

const LONGEST: usize = 1024 * 1024;

/// What is to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is done, and the answer is lost.
    LoseAnswer,
    /// It is not done.
    BreakOff,
    /// The gateway does not know our key.
    NotOurKey,
}

/// What was asked, and what was answered.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    pub(crate) answer: String,
}

/// See the module.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    faults: Arc<Mutex<Vec<(Fault, &'static str)>>>,
}

impl Line {
    /// Serves this gateway on this machine for as long as the test runs.
    pub(crate) async fn to(gateway: Router) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let line = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            asked: Arc::default(),
            faults: Arc::default(),
        };
        let router = gateway.layer(from_fn_with_state(line.clone(), pass));
        super::serve(listener, router);
        line
    }

    /// Has the next call go wrong that posts to a path that ends like this.
    pub(crate) fn fail(&self, fault: Fault, path: &'static str) {
        self.faults.lock().unwrap().push((fault, path));
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How often something was posted to a path that ends like this.
    pub(crate) fn posted(&self, path: &str) -> usize {
        let asked = self.asked();
        let is_it = |asked: &&Asked| asked.method == Method::POST && asked.path.ends_with(path);
        asked.iter().filter(is_it).count()
    }

    fn fault_of(&self, method: &Method, path: &str) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap();
        let is_it = |(_, ends): &(Fault, &str)| *method == Method::POST && path.ends_with(ends);
        let position = faults.iter().position(is_it)?;
        Some(faults.remove(position).0)
    }
}

async fn pass(State(line): State<Line>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, LONGEST).await.unwrap();
    let (method, path) = (head.method.clone(), head.uri.path().to_owned());
    let fault = line.fault_of(&method, &path);
    let mut asked = Asked {
        method,
        path,
        headers: head.headers.clone(),
        body: String::from_utf8_lossy(&body).into_owned(),
        answer: String::new(),
    };
    let response = match fault {
        Some(Fault::BreakOff) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Some(Fault::NotOurKey) => StatusCode::UNAUTHORIZED.into_response(),
        Some(Fault::LoseAnswer) | None => {
            next.run(Request::from_parts(head, Body::from(body))).await
        }
    };
    let (head, body) = response.into_parts();
    let body: Bytes = to_bytes(body, LONGEST).await.unwrap();
    asked.answer = String::from_utf8_lossy(&body).into_owned();
    line.asked.lock().unwrap().push(asked);
    match fault {
        Some(Fault::LoseAnswer) => StatusCode::BAD_GATEWAY.into_response(),
        _ => Response::from_parts(head, Body::from(body)),
    }
}
