//! Who can be called, and how.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use http::Method;
use revcart_runtime::Clock;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared_events::Service;
use tokio::sync::Semaphore;

use super::breaker::Breaker;
use super::transport::{Directory, Elsewhere, Transport};
use super::{Addresses, Call, CallError};
use crate::auth::ServiceTokens;

/// How long a call may take, retries included, unless it says otherwise.
const DEADLINE: Duration = Duration::from_secs(3);
/// Calls to one callee at a time; more wait for their turn within their deadline.
const CONCURRENCY: usize = 256;
/// How long a replica may take to take a connection.
const CONNECT: Duration = Duration::from_secs(1);
/// How long a connection is kept that nobody uses: less than the servers keep it, so that none is used as it ends.
const IDLE: Duration = Duration::from_secs(30);
/// How often the system looks whether somebody who says nothing is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Every service, as one caller reaches them. Clones share connections, circuit breakers and limits.
#[derive(Debug, Clone)]
pub struct Peers {
    transport: Transport,
    clock: Clock,
    tokens: Option<ServiceTokens>,
    peers: Arc<HashMap<Service, Peer>>,
}

impl Peers {
    /// Services of this process. Routers are provided after they are built: [`Peers::provide`].
    pub fn in_memory(clock: Clock) -> Self {
        let transport = Transport {
            here: Directory::default(),
            elsewhere: None,
        };
        Self::build(transport, clock, None)
    }

    /// Services reached over HTTP, but for those whose routers are provided: they run in this process. Who has neither
    /// router nor address cannot be called.
    pub fn http(addresses: Addresses, clock: Clock) -> Self {
        let elsewhere = Elsewhere {
            client: http_client(reqwest::Client::builder()),
            addresses: Arc::new(addresses),
        };
        let transport = Transport {
            here: Directory::default(),
            elsewhere: Some(elsewhere),
        };
        Self::build(transport, clock, None)
    }

    /// The same services as called by the service whose tokens these are. It has circuit breakers and limits of its own.
    #[must_use]
    pub fn acting_as(&self, tokens: ServiceTokens) -> Self {
        Self::build(self.transport.clone(), self.clock.clone(), Some(tokens))
    }

    fn build(transport: Transport, clock: Clock, tokens: Option<ServiceTokens>) -> Self {
        let peer = |service: &Service| {
            let inner = Inner {
                service: *service,
                transport: transport.clone(),
                tokens: tokens.clone(),
                clock: clock.clone(),
                breaker: Breaker::default(),
                turns: Semaphore::new(CONCURRENCY),
            };
            (
                *service,
                Peer {
                    inner: Arc::new(inner),
                    deadline: DEADLINE,
                },
            )
        };
        let peers = Service::ALL.iter().map(peer).collect();
        Self {
            transport,
            clock,
            tokens,
            peers: Arc::new(peers),
        }
    }

    /// One of them.
    ///
    /// # Panics
    /// Never: there is a peer for each service.
    pub fn peer(&self, service: Service) -> Peer {
        self.peers
            .get(&service)
            .expect("there is a peer for each service")
            .clone()
    }

    /// The tokens of the service that calls; `None` unless made by [`Peers::acting_as`].
    pub fn tokens(&self) -> Option<&ServiceTokens> {
        self.tokens.as_ref()
    }

    /// Makes a router (behind its edge, see [`crate::server::Edge::around`]) answer the calls to `service` within this process;
    /// for all that share the transport.
    pub fn provide(&self, service: Service, router: Router) {
        self.transport.here.provide(service, router);
    }

    /// Forgets all routers. They hold the services, which hold this: call it when the process or test ends.
    pub fn withdraw_all(&self) {
        self.transport.here.withdraw_all();
    }
}

/// What calls go through between processes of ours: no proxies, no redirects, and connections that are soon given up.
///
/// # Panics
/// If the TLS library cannot be set up.
pub(crate) fn http_client(builder: reqwest::ClientBuilder) -> reqwest::Client {
    builder
        .no_proxy()
        .tcp_nodelay(true)
        .tcp_keepalive(KEEP_ALIVE)
        .connect_timeout(CONNECT)
        .pool_idle_timeout(IDLE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("the TLS library can be set up")
}

/// One service, as one caller reaches it.
#[derive(Clone)]
pub struct Peer {
    pub(super) inner: Arc<Inner>,
    pub(super) deadline: Duration,
}

pub(super) struct Inner {
    pub(super) service: Service,
    pub(super) transport: Transport,
    pub(super) tokens: Option<ServiceTokens>,
    pub(super) clock: Clock,
    pub(super) breaker: Breaker,
    pub(super) turns: Semaphore,
}

impl Peer {
    /// Who it is.
    pub fn service(&self) -> Service {
        self.inner.service
    }

    /// The same with another deadline for calls (3 s otherwise).
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            deadline,
        }
    }

    /// Reads; tried up to three times.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, CallError> {
        self.call(Method::GET, path).send().await?.json()
    }

    /// Posts; tried once. For an answer without a body take `serde::de::IgnoredAny`.
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, CallError> {
        self.call(Method::POST, path)
            .json(body)?
            .send()
            .await?
            .json()
    }

    /// Puts; tried up to three times, as putting twice is putting once.
    pub async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, CallError> {
        self.call(Method::PUT, path)
            .json(body)?
            .send()
            .await?
            .json()
    }

    /// Deletes; tried up to three times.
    pub async fn delete(&self, path: &str) -> Result<(), CallError> {
        self.call(Method::DELETE, path).send().await.map(drop)
    }

    /// Any other call. `path` begins with a slash and may have a query.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call::new(self.clone(), method, path)
    }
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Peer")
            .field(&self.inner.service.name())
            .finish()
    }
}
