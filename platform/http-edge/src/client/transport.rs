//! How a request gets to a service: by calling its router, or over HTTP.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Limited};
use shared_events::Service;
use tower::ServiceExt;

use super::{Addresses, Reply};

/// The longest answer that is read.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

pub(super) type Failure = Box<dyn Error + Send + Sync>;

/// The routers of this process.
#[derive(Clone, Default)]
pub(super) struct Directory {
    routers: Arc<RwLock<HashMap<Service, Router>>>,
}

impl Directory {
    pub(super) fn provide(&self, service: Service, router: Router) {
        self.routers
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(service, router);
    }

    pub(super) fn withdraw_all(&self) {
        self.routers
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn find(&self, service: Service) -> Option<Router> {
        self.routers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&service)
            .cloned()
    }
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let routers = self.routers.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_set()
            .entries(routers.keys().map(|service| service.name()))
            .finish()
    }
}

/// The services of this process, and where the others are.
#[derive(Debug, Clone)]
pub(super) struct Transport {
    pub(super) here: Directory,
    pub(super) elsewhere: Option<Elsewhere>,
}

/// Services that are processes of their own.
#[derive(Debug, Clone)]
pub(super) struct Elsewhere {
    pub(super) client: reqwest::Client,
    pub(super) addresses: Arc<Addresses>,
}

/// One attempt of a call.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Transport {
    pub(super) async fn send(
        &self,
        service: Service,
        outgoing: Outgoing,
    ) -> Result<Reply, Failure> {
        match (self.here.find(service), &self.elsewhere) {
            (Some(router), _) => in_memory(router, service, outgoing).await,
            (None, Some(elsewhere)) => elsewhere.send(service, outgoing).await,
            (None, None) => Err("it is not running in this process".into()),
        }
    }
}

async fn in_memory(router: Router, service: Service, outgoing: Outgoing) -> Result<Reply, Failure> {
    let mut request = Request::new(Body::from(outgoing.body));
    *request.method_mut() = outgoing.method;
    *request.uri_mut() = outgoing.path.parse()?;
    *request.headers_mut() = outgoing.headers;
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (head, body) = response.into_parts();
    let body = Limited::new(body, LONGEST_ANSWER)
        .collect()
        .await?
        .to_bytes();
    Ok(Reply {
        callee: service.name(),
        status: head.status,
        headers: head.headers,
        body,
    })
}

impl Elsewhere {
    /// Asks one replica; another one only if the first did not even take the connection.
    async fn send(&self, service: Service, outgoing: Outgoing) -> Result<Reply, Failure> {
        let replicas = self.addresses.of(service);
        let replicas = replicas.ok_or("no address is configured for it")?;
        let mut failure = None;
        for replica in replicas.in_turn() {
            let request = self
                .client
                .request(
                    outgoing.method.clone(),
                    format!("{}{}", replica.url, outgoing.path),
                )
                .headers(outgoing.headers.clone())
                .body(outgoing.body.clone());
            match request.send().await {
                Ok(response) => {
                    replica.answered();
                    return read(service, response).await;
                }
                Err(error) if error.is_connect() => {
                    replica.refused();
                    failure = Some(error);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(failure.map_or_else(|| "no address is configured for it".into(), Failure::from))
    }
}

async fn read(service: Service, mut response: reqwest::Response) -> Result<Reply, Failure> {
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err("its answer is too long".into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply {
        callee: service.name(),
        status,
        headers,
        body: Bytes::from(body),
    })
}
