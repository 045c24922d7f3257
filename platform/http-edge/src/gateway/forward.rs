//! One request on its way to a service, and the answer on its way back.
//!
//! Replicas are asked in turn. Another one is asked if the first did not take the connection, which no service can have
//! noticed, or if it went away before it answered something that may be asked twice.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use futures::{Stream, StreamExt};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use hyper::upgrade::OnUpgrade;
use shared_events::Service;
use tokio::sync::OwnedSemaphorePermit;

use super::{Gateway, headers, tunnel};
use crate::client::replicas::Replica;
use crate::context::Origin;
use crate::problem::Problem;

impl Gateway {
    /// Asks `service`; the problem says why there is no answer of it.
    pub(super) async fn forward(
        &self,
        service: Service,
        request: Request,
        origin: &Origin,
    ) -> Result<Response, Problem> {
        let turns = self.turns.get(&service).map(Arc::clone);
        let permit = turns.and_then(|turns| turns.try_acquire_owned().ok());
        let permit = permit.ok_or_else(|| {
            let detail = format!("too many requests to {} are in hand", service.name());
            without_answer(
                service,
                StatusCode::SERVICE_UNAVAILABLE,
                "OVERLOADED",
                &detail,
            )
        })?;
        let (mut head, body) = request.into_parts();
        let upgrade = self.prepare(&mut head, origin);
        let outgoing = Outgoing::new(head, body);
        let answer = tokio::time::timeout(self.time_limit(), self.ask(service, &outgoing));
        let response = answer.await.map_err(|_| {
            tracing::warn!(callee = service.name(), limit = ?self.time_limit(), "a service did not answer in time");
            let detail = format!("{} did not answer in time", service.name());
            without_answer(service, StatusCode::GATEWAY_TIMEOUT, "TIMED_OUT", &detail)
        })??;
        Ok(self.pass_back(service, response, upgrade, permit))
    }

    /// Makes the client's head that of our request; gives what becomes of the connection if it asks for a WebSocket.
    fn prepare(&self, head: &mut Parts, origin: &Origin) -> Option<OnUpgrade> {
        let client = head.extensions.get::<ConnectInfo<SocketAddr>>();
        let client = client.map(|info| info.0);
        let upgrade = if headers::asks_for_web_socket(&head.headers) {
            head.extensions.remove::<OnUpgrade>()
        } else {
            None
        };
        headers::end_to_end(&mut head.headers);
        if upgrade.is_some() {
            headers::upgrade(&mut head.headers);
        }
        let behind_proxies = self.options.trusted_proxies > 0;
        headers::introduce(&mut head.headers, client, origin, behind_proxies);
        upgrade
    }

    async fn ask(
        &self,
        service: Service,
        outgoing: &Outgoing,
    ) -> Result<reqwest::Response, Problem> {
        let mut problem = unreachable(service);
        let replicas = self.options.addresses.of(service);
        for replica in replicas.into_iter().flat_map(|replicas| replicas.in_turn()) {
            let error = match outgoing.send(&self.client, replica).await? {
                Ok(response) => {
                    replica.answered();
                    return Ok(response);
                }
                Err(error) => error,
            };
            tracing::warn!(
                callee = service.name(),
                replica = replica.url,
                error = revcart_runtime::error_chain(&error),
                "a replica did not answer"
            );
            if error.is_connect() {
                replica.refused();
                problem = unreachable(service);
            } else {
                problem = broken_off(service);
            }
            if !outgoing.may_be_sent_again() {
                break;
            }
        }
        Err(problem)
    }

    /// The service's answer as ours: its body as it comes, its connection's headers left out.
    fn pass_back(
        &self,
        service: Service,
        mut response: reqwest::Response,
        upgrade: Option<OnUpgrade>,
        permit: OwnedSemaphorePermit,
    ) -> Response {
        let status = response.status();
        let mut passed_on = std::mem::take(response.headers_mut());
        headers::end_to_end(&mut passed_on);
        let body = match (status, upgrade) {
            (StatusCode::SWITCHING_PROTOCOLS, Some(client)) => {
                headers::upgrade(&mut passed_on);
                tunnel::open(&self.tasks, service, client, response, permit);
                Body::empty()
            }
            _ => self.body(&passed_on, response, permit),
        };
        let mut answer = Response::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = passed_on;
        answer
    }

    fn body(
        &self,
        headers: &http::HeaderMap,
        response: reqwest::Response,
        permit: OwnedSemaphorePermit,
    ) -> Body {
        let is_stream = headers
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let inner = http::Response::<reqwest::Body>::from(response).into_body();
        if is_stream {
            let shutdown = self.tasks.shutdown().clone();
            let ended = Box::pin(async move { shutdown.requested().await });
            let chunks = Body::new(inner).into_data_stream().take_until(ended);
            return Body::from_stream(chunks.map(move |chunk| {
                let _in_hand = &permit;
                chunk
            }));
        }
        Body::new(InHand {
            inner,
            _permit: permit,
        })
    }
}

/// A request that may be sent to several replicas until one takes it.
struct Outgoing {
    head: Parts,
    /// What is left of the body; taken by the first connection that begins to read it.
    body: Arc<Mutex<Option<Body>>>,
    has_body: bool,
}

impl Outgoing {
    fn new(head: Parts, body: Body) -> Self {
        Self {
            head,
            has_body: !body.is_end_stream(),
            body: Arc::new(Mutex::new(Some(body))),
        }
    }

    /// The outer error is the request's own.
    async fn send(
        &self,
        client: &reqwest::Client,
        replica: &Replica,
    ) -> Result<Result<reqwest::Response, reqwest::Error>, Problem> {
        let path = self.head.uri.path();
        let query = self.head.uri.query();
        let url = match query {
            Some(query) => format!("{}{path}?{query}", replica.url),
            None => format!("{}{path}", replica.url),
        };
        // What would be understood as another path than the one that was looked up (`..`) is passed on to nobody.
        let url = reqwest::Url::parse(&url)
            .ok()
            .filter(|url| url.path() == path)
            .ok_or_else(|| {
                Problem::bad_request("MALFORMED_REQUEST", "the path is not in its plain form")
            })?;
        let mut request = client
            .request(self.head.method.clone(), url)
            .headers(self.head.headers.clone());
        if self.has_body {
            let body = OnDemand::Waiting(Arc::clone(&self.body));
            request = request.body(reqwest::Body::wrap_stream(body));
        }
        Ok(request.send().await)
    }

    /// Whether nobody can have seen it, or seeing it twice is seeing it once.
    fn may_be_sent_again(&self) -> bool {
        if self.has_body {
            let body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
            return body.is_some();
        }
        matches!(
            self.head.method,
            Method::GET | Method::HEAD | Method::OPTIONS
        )
    }
}

/// A body that stays where it is until somebody reads from it, so that it is still there if nobody takes the connection.
enum OnDemand {
    Waiting(Arc<Mutex<Option<Body>>>),
    Reading(BodyDataStream),
}

impl Stream for OnDemand {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Self::Waiting(body) = &*self {
            let taken = body.lock().unwrap_or_else(PoisonError::into_inner).take();
            let Some(body) = taken else {
                let gone = axum::Error::new("the body has been sent before");
                return Poll::Ready(Some(Err(gone)));
            };
            *self = Self::Reading(body.into_data_stream());
        }
        match &mut *self {
            Self::Reading(body) => body.poll_next_unpin(context),
            Self::Waiting(_) => Poll::Ready(None),
        }
    }
}

/// A body that counts as in hand until it has ended or nobody wants it any more. Its length is still known.
struct InHand {
    inner: reqwest::Body,
    _permit: OwnedSemaphorePermit,
}

impl HttpBody for InHand {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, reqwest::Error>>> {
        Pin::new(&mut self.inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.inner.size_hint()
    }
}

fn unreachable(service: Service) -> Problem {
    let detail = format!("{} cannot be reached", service.name());
    without_answer(
        service,
        StatusCode::SERVICE_UNAVAILABLE,
        "UNAVAILABLE",
        &detail,
    )
}

fn broken_off(service: Service) -> Problem {
    let detail = format!(
        "{} went away before it answered; whether it has acted is not known",
        service.name()
    );
    without_answer(service, StatusCode::BAD_GATEWAY, "BAD_GATEWAY", &detail)
}

fn without_answer(
    service: Service,
    status: StatusCode,
    code: &'static str,
    detail: &str,
) -> Problem {
    Problem::new(status, code, detail)
        .with("service", service.name())
        .with_header(RETRY_AFTER, HeaderValue::from_static("1"))
}
