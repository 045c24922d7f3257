//! The edge around a service's routes, and serving it.
//!
//! [`Edge::around`] puts one service's routes behind the edge: request id and trace, authentication, rate limits, time and body
//! limits, caught panics, problems for every error, security headers, metrics. Its result is what other services of the
//! process call ([`crate::client::Peers::provide`]). [`Edge::open`] makes of one or more of them what a port serves:
//! with health and metrics routes, a 404 for everything else, CORS and compression. [`serve`] serves it.

pub(crate) mod health;
pub(crate) mod in_flight;
mod layer;
pub mod options;
pub(crate) mod request_metrics;
pub(crate) mod response;
mod serve;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::any;
use revcart_runtime::{Health, telemetry};
use shared_events::Service;
use tower_http::compression::CompressionLayer;

pub use options::{EdgeOptions, RATE_LIMITS, SETTINGS, TRUSTED_PROXIES};
pub use serve::serve;

use in_flight::InFlight;
use layer::{EdgeLayer, Shared};

use crate::limits::RateLimits;

/// The largest request body, unless a route sets another limit by a `DefaultBodyLimit` layer of its own.
pub const LARGEST_BODY: usize = 1024 * 1024;

/// The edge of one process: all services behind it share its limits.
#[derive(Clone)]
pub struct Edge {
    options: EdgeOptions,
    shared: Arc<Shared>,
    pages: Option<Router>,
}

impl Edge {
    /// One with these options.
    pub fn new(options: EdgeOptions) -> Self {
        // Installed first, because what is recorded before is lost.
        telemetry::metrics();
        let shared = Shared {
            verifier: options.verifier.clone(),
            limits: options
                .rate_limits
                .as_ref()
                .map(|quotas| RateLimits::new(quotas, &options.clock, &options.shared)),
            time_limit: options.time_limit,
            trusted_proxies: options.trusted_proxies,
            shutdown: options.shutdown.clone(),
        };
        Self {
            options,
            shared: Arc::new(shared),
            pages: None,
        }
    }

    /// The same edge, with pages on its port that belong to no service: see [`crate::openapi::pages`].
    #[must_use]
    pub fn with_pages(self, pages: Router) -> Self {
        Self {
            pages: Some(pages),
            ..self
        }
    }

    /// The routes of `service` behind the edge. Of the result several can be merged, and other services can call it.
    pub fn around(&self, service: Service, routes: Router) -> Router {
        self.wrap(service.name(), Some(service), routes)
    }

    /// What a port serves: `routers` (see [`Edge::around`]), asked in this order, and what every process answers. `name` is what
    /// stands for the process in metrics where no service does. Where several services share the port, what they tell each
    /// other under `/internal/` is not on it: within the process they call each other directly.
    pub fn open(
        &self,
        name: &'static str,
        routers: impl IntoIterator<Item = Router>,
        health: &Health,
    ) -> Router {
        let routers: Vec<Router> = routers.into_iter().collect();
        let mut router = health::routes(health);
        if routers.len() > 1 {
            let internal = Router::new().route("/internal/{*rest}", any(response::nothing_here));
            router = router.merge(self.wrap(name, None, internal));
        }
        if let Some(pages) = self.pages.clone() {
            router = router.merge(self.wrap(name, None, pages));
        }
        let nothing_else = self.wrap(name, None, Router::new().fallback(response::nothing_here));
        let services = routers.into_iter().rev();
        let services = services.fold(nothing_else, |next, router| router.fallback_service(next));
        router = router.fallback_service(services);
        if let Some(cors) = self.options.cors_layer() {
            router = router.layer(cors);
        }
        router.layer(CompressionLayer::new()).with_state(())
    }

    fn wrap(&self, name: &'static str, service: Option<Service>, routes: Router) -> Router {
        let layer = EdgeLayer {
            name,
            service,
            shared: Arc::clone(&self.shared),
            in_flight: InFlight::default(),
        };
        routes
            .layer(DefaultBodyLimit::max(LARGEST_BODY))
            .layer(layer)
            .with_state(())
    }
}

/// One service as a process of its own: its routes behind the edge, with health and metrics.
pub fn edge(service: Service, routes: Router, health: &Health, options: EdgeOptions) -> Router {
    let edge = Edge::new(options);
    let routes = edge.around(service, routes);
    edge.open(service.name(), [routes], health)
}
