//! What happens around every request, in one layer: a stack of small ones would box a future each.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, MatchedPath, Request};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use futures::future::BoxFuture;
use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderMap};
use revcart_runtime::Shutdown;
use shared_events::Service;
use tower::{Layer, Service as TowerService};
use tracing::Instrument;

use super::in_flight::InFlight;
use super::request_metrics::{Recorder, UNMATCHED};
use super::response;
use crate::auth::{Refusal, Verifier, Visitor};
use crate::context::{Authentication, Origin, RequestContext};
use crate::limits::{Caller, RateLimits, RouteClass};
use crate::problem::Problem;

/// What all services of a process have in common.
pub(super) struct Shared {
    pub(super) verifier: Verifier,
    pub(super) limits: Option<RateLimits>,
    pub(super) time_limit: Duration,
    pub(super) trusted_proxies: usize,
    pub(super) shutdown: Shutdown,
}

/// The edge of one service.
#[derive(Clone)]
pub(super) struct EdgeLayer {
    pub(super) name: &'static str,
    /// `None` for what belongs to no service.
    pub(super) service: Option<Service>,
    pub(super) shared: Arc<Shared>,
    pub(super) in_flight: InFlight,
}

impl<S> Layer<S> for EdgeLayer {
    type Service = Edged<S>;

    fn layer(&self, inner: S) -> Edged<S> {
        Edged {
            inner,
            edge: Arc::new(self.clone()),
            recorder: Recorder::new(self.name),
        }
    }
}

/// A route behind its edge.
#[derive(Clone)]
pub(super) struct Edged<S> {
    inner: S,
    edge: Arc<EdgeLayer>,
    recorder: Recorder,
}

impl<S> TowerService<Request> for Edged<S>
where
    S: TowerService<Request, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The one that was polled ready is used, its clone waits for the next request.
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        let (edge, recorder) = (Arc::clone(&self.edge), self.recorder.clone());
        let started = Instant::now();
        let origin = Origin::of_request(request.headers());
        let method = request.method().clone();
        let route = request.extensions().get::<MatchedPath>().cloned();
        let span = tracing::info_span!(
            "request",
            service = edge.name,
            method = method.as_str(),
            route = route.as_ref().map_or(UNMATCHED, MatchedPath::as_str),
            trace_id = %origin.trace.trace_id(),
        );
        let work = async move {
            let response = edge.handle(inner, request, &origin).await;
            recorder.record(
                &method,
                route.as_ref().map(MatchedPath::as_str),
                response.status(),
                started.elapsed(),
            );
            Ok(response)
        };
        Box::pin(work.instrument(span))
    }
}

impl EdgeLayer {
    async fn handle<S>(&self, inner: S, request: Request, origin: &Origin) -> Response
    where
        S: TowerService<Request, Response = Response, Error = Infallible, Future: Send>,
    {
        let work = async {
            let response = self.admit(inner, request, origin).await;
            response::finish(response, origin, &self.shared.shutdown)
        };
        origin.clone().scope(work).await
    }

    async fn admit<S>(&self, inner: S, mut request: Request, origin: &Origin) -> Response
    where
        S: TowerService<Request, Response = Response, Error = Infallible, Future: Send>,
    {
        let authentication = self.authenticate(request.headers()).await;
        if let Some(limits) = &self.shared.limits
            && let Some((caller, class)) = self.counted(&request, &authentication)
            && let Err(wait) = limits.check(caller, class).await
        {
            return Problem::too_many_requests(wait).into_response();
        }
        let known = matches!(authentication, Authentication::Known(_));
        let context = Arc::new(RequestContext::new(
            origin.clone(),
            authentication,
            self.in_flight.clone(),
        ));
        request.extensions_mut().insert(Arc::clone(&context));
        // What outlives its request (a WebSocket) is told when to end.
        request
            .extensions_mut()
            .insert(self.shared.shutdown.clone());
        let mut response = self.run(inner, request, &context).await;
        if known {
            response::keep_private(&mut response);
        }
        response
    }

    /// The handler, for as long as it may take, and without its panics.
    async fn run<S>(&self, mut inner: S, request: Request, context: &RequestContext) -> Response
    where
        S: TowerService<Request, Response = Response, Error = Infallible, Future: Send>,
    {
        let mut handler = std::pin::pin!(AssertUnwindSafe(inner.call(request)).catch_unwind());
        let ended = match tokio::time::timeout(self.shared.time_limit, handler.as_mut()).await {
            Ok(ended) => ended,
            Err(_) if context.is_unhurried() => handler.await,
            Err(_) => {
                tracing::warn!(limit = ?self.shared.time_limit, "a request took too long and was given up");
                return Problem::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "TIMED_OUT",
                    "this took longer than a request may take",
                )
                .into_response();
            }
        };
        match ended {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(panic) => {
                let message = panic
                    .downcast_ref::<&str>()
                    .copied()
                    .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
                tracing::error!(
                    panic = message.unwrap_or("no message"),
                    "a handler panicked"
                );
                Problem::unexpected().into_response()
            }
        }
    }

    async fn authenticate(&self, headers: &HeaderMap) -> Authentication {
        let Some(header) = headers.get(AUTHORIZATION) else {
            return Authentication::Anonymous;
        };
        let token = header
            .to_str()
            .ok()
            .and_then(|header| header.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let Some((_, token)) = token else {
            return Authentication::Refused(Refusal::Invalid);
        };
        match self.shared.verifier.admit(token.trim(), self.service).await {
            Ok(visitor) => Authentication::Known(visitor),
            Err(refusal) => Authentication::Refused(refusal),
        }
    }

    /// As whose and what kind of request this is counted; `None` for what is not limited.
    fn counted(
        &self,
        request: &Request,
        authentication: &Authentication,
    ) -> Option<(Caller, RouteClass)> {
        let route = request
            .extensions()
            .get::<MatchedPath>()
            .map_or(UNMATCHED, MatchedPath::as_str);
        let class = RouteClass::of(request.method(), route);
        let caller = match authentication {
            Authentication::Known(Visitor::User(identity)) if identity.is_service() => return None,
            Authentication::Known(visitor) if class != RouteClass::Credentials => {
                Caller::Known(*visitor)
            }
            Authentication::Known(_) | Authentication::Anonymous | Authentication::Refused(_) => {
                Caller::at(self.address(request))
            }
        };
        Some((caller, class))
    }

    /// The caller's address: of the connection, or what the outermost trusted proxy saw.
    fn address(&self, request: &Request) -> Option<IpAddr> {
        let connection = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        if self.shared.trusted_proxies == 0 {
            return connection;
        }
        let forwarded = request
            .headers()
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok());
        let addresses: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
        let at = addresses.len().saturating_sub(self.shared.trusted_proxies);
        addresses
            .get(at)
            .and_then(|address| address.trim().parse().ok())
            .or(connection)
    }
}
