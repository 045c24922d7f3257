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

use super::Reply;

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

#[derive(Debug, Clone)]
pub(super) enum Transport {
    Memory(Directory),
    Http {
        client: reqwest::Client,
        addresses: Arc<HashMap<Service, String>>,
    },
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
        match self {
            Self::Memory(directory) => in_memory(directory.find(service), service, outgoing).await,
            Self::Http { client, addresses } => {
                over_http(client, addresses.get(&service), service, outgoing).await
            }
        }
    }
}

async fn in_memory(
    router: Option<Router>,
    service: Service,
    outgoing: Outgoing,
) -> Result<Reply, Failure> {
    let router = router.ok_or("it is not running in this process")?;
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

async fn over_http(
    client: &reqwest::Client,
    address: Option<&String>,
    service: Service,
    outgoing: Outgoing,
) -> Result<Reply, Failure> {
    let address = address.ok_or("no address is configured for it")?;
    let mut response = client
        .request(
            outgoing.method,
            format!("{}{}", address.trim_end_matches('/'), outgoing.path),
        )
        .headers(outgoing.headers)
        .body(outgoing.body)
        .send()
        .await?;
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
