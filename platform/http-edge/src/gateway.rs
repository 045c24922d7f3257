//! One address for all services, where no cloud gateway stands in front: `revcart serve gateway`.
//!
//! It passes requests on by their path ([`table`]) to a replica of the service, bodies as they come in both directions, and
//! knows nothing of what they say: authentication, limits and problems are the services' own. Reading order: [`table`],
//! `forward` (one request), `headers` (what is passed on and what is not), `tunnel` (`WebSocket`s), `health`.
//!
//! What services tell each other under `/internal/` is never passed on. Requests in hand are bounded per service.

mod forward;
mod headers;
mod health;
pub mod table;
mod tunnel;

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode};
use revcart_runtime::{Clock, ConfigError, Environment, Health, Setting, Tasks};
use shared_events::Service;
use tokio::sync::Semaphore;
use tower::service_fn;
use tracing::Instrument;

use crate::client::{Addresses, http_client};
use crate::context::{Origin, REQUEST_ID};
use crate::problem::Problem;
use crate::server::TRUSTED_PROXIES;
use crate::server::request_metrics::{Recorder, UNMATCHED};

/// How long a service may take to begin its answer.
pub const TIME_LIMIT: Setting = Setting {
    name: "REVCART_GATEWAY_TIME_LIMIT",
    default: Some("45s"),
    meaning: "how long the gateway waits for a service to begin its answer: longer than a checkout may wait (30 s)",
    secret: false,
};

/// What only the gateway reads.
pub const SETTINGS: &[Setting] = &[TIME_LIMIT];

/// Requests in hand per service at the most, streams and `WebSocket`s among them.
const MOST_IN_HAND: usize = 4096;
/// What stands for the gateway in metrics.
const NAME: &str = "gateway";

/// How a gateway is set up.
#[derive(Debug)]
pub struct GatewayOptions {
    /// Where the services are.
    pub addresses: Addresses,
    /// How long a service may take to begin its answer.
    pub time_limit: Duration,
    /// How many proxies stand in front of the gateway and append to `X-Forwarded-For`; what others say there is dropped.
    pub trusted_proxies: usize,
    /// The time.
    pub clock: Clock,
}

impl GatewayOptions {
    /// As the settings say.
    ///
    /// # Errors
    /// When one of them is wrong.
    pub fn from_env(env: &Environment, clock: Clock) -> Result<Self, ConfigError> {
        Ok(Self {
            addresses: Addresses::from_env(env)?,
            time_limit: env.duration(&TIME_LIMIT)?,
            trusted_proxies: env.within(&TRUSTED_PROXIES, 0..=16)?,
            clock,
        })
    }
}

/// What requests are passed on with.
struct Gateway {
    options: GatewayOptions,
    client: reqwest::Client,
    turns: HashMap<Service, Arc<Semaphore>>,
    recorders: HashMap<&'static str, Recorder>,
    tasks: Tasks,
}

/// What the gateway's port serves. `WebSocket`s live in `tasks` and end, like event streams, when its shutdown is requested.
pub fn router(options: GatewayOptions, health: &Health, tasks: &Tasks) -> Router {
    // Installed first, because what is recorded before is lost.
    revcart_runtime::telemetry::metrics();
    let paths = table::ROUTES.iter().map(|route| route.path);
    let gateway = Gateway {
        // HTTP/1.1 has upgrades, and is what our servers speak.
        client: http_client(reqwest::Client::builder().http1_only()),
        turns: Service::ALL
            .into_iter()
            .map(|service| (service, Arc::new(Semaphore::new(MOST_IN_HAND))))
            .collect(),
        recorders: paths
            .chain([UNMATCHED])
            .map(|path| (path, Recorder::new(NAME)))
            .collect(),
        options,
        tasks: tasks.clone(),
    };
    let gateway = Arc::new(gateway);
    let passing_on = service_fn({
        let gateway = Arc::clone(&gateway);
        move |request: Request| {
            let gateway = Arc::clone(&gateway);
            async move { Ok::<Response, Infallible>(gateway.answer(request).await) }
        }
    });
    health::routes(&gateway, health).fallback_service(passing_on)
}

impl Gateway {
    /// Passes a request on, and says what became of it.
    async fn answer(&self, request: Request) -> Response {
        let started = Instant::now();
        let method = request.method().clone();
        let route = table::route(request.uri().path());
        let origin = Origin::of_request(request.headers());
        let path = route.map_or(UNMATCHED, |route| route.path);
        let span = tracing::info_span!(
            "request",
            service = NAME,
            method = method.as_str(),
            route = path,
            trace_id = %origin.trace.trace_id(),
        );
        let work = origin.clone().scope(async {
            let passed_on = match route {
                Some(route) => self.forward(route.service, request, &origin).await,
                None => Err(Problem::of_status(StatusCode::NOT_FOUND)),
            };
            passed_on.unwrap_or_else(|problem| of_our_own(&problem, &origin))
        });
        let response = work.instrument(span).await;
        if let Some(recorder) = self.recorders.get(path) {
            recorder.record(&method, Some(path), response.status(), started.elapsed());
        }
        response
    }

    fn time_limit(&self) -> Duration {
        self.options.time_limit
    }
}

/// An answer that no service has given, with what theirs have.
fn of_our_own(problem: &Problem, origin: &Origin) -> Response {
    let mut response: Response<Body> = problem.clone().into_response();
    if let Ok(id) = HeaderValue::from_str(&origin.request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    crate::server::response::protect(&mut response);
    response
}
