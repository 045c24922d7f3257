//! `GET /ws/delivery/tracking/{orderId}`: what happens to a parcel, as JSON texts `{"event","id"?,"data"}` with the events of
//! [`super::track_order`], until nothing more will come of it (close code 1000).
//!
//! Who cannot set an `Authorization` header (a browser) sends `{"token":"…"}` as the first text; a token has no place in an
//! address. A client that comes back says `?lastEvent=` the number of the last event it has heard. At shutdown it is closed
//! with 1001, and comes back elsewhere.

use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, State};
use axum::response::Response;
use garde::Validate;
use http::header::AUTHORIZATION;
use http::request::Parts;
use revcart_http_edge::{Answer, Path, Problem, ProblemBody, Query, Visitor};
use revcart_runtime::Shutdown;
use serde::Deserialize;
use shared_events::{OrderId, Service};
use tokio::time::timeout;
use utoipa::IntoParams;

use super::track_order::live::{Live, Update};
use crate::app::App;

/// How long a client may take to say who it is.
const INTRODUCTION: Duration = Duration::from_secs(10);
/// How often a client is asked whether it is still there; who does not answer until the next time is gone.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// How long one message may take to be written.
const WRITE: Duration = Duration::from_secs(10);
/// The largest message a client may send: a token and little else.
const LARGEST_MESSAGE: usize = 8 * 1024;

/// Nothing more will happen.
const DONE: u16 = 1000;
/// The process ends.
const GOING_AWAY: u16 = 1001;
/// It cannot be followed at the moment.
const TRY_AGAIN: u16 = 1013;
/// Who is not known, from the range that applications may use.
const UNAUTHENTICATED: u16 = 4401;
/// There is no such order, or none that the caller may know of.
const NOT_FOUND: u16 = 4404;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Introduction {
    token: String,
}

#[derive(Clone, Copy, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Resume {
    /// The number of the last event that was heard
    #[garde(skip)]
    last_event: Option<usize>,
}

/// Where a parcel is, over WebSocket
///
/// Without an `Authorization` header the first text is `{"token":"…"}`. Texts from the server are
/// `{"event":"status","id":1,"data":{…}}` and `{"event":"location","data":{…}}`.
#[utoipa::path(get, path = "/ws/delivery/tracking/{orderId}",
    params(("orderId" = OrderId, Path), Resume),
    responses(
        (status = 101, description = "The protocol is WebSocket from here on"),
        (status = 400, body = ProblemBody, description = "NOT_A_WEBSOCKET")),
    security((), ("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(order): Path<OrderId>,
    Query(resume): Query<Resume>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer<Response> {
    // Only on a WebSocket can somebody say later who they are.
    if caller.visitor.is_none() && upgrade.is_err() {
        return Err(Problem::unauthorized("this needs a bearer token"));
    }
    let watch = Watch {
        app,
        order,
        last_event: resume.last_event,
        shutdown: caller.shutdown,
    };
    // Who is known already is told before the upgrade that there is nothing to see.
    let live = match caller.visitor {
        Some(visitor) => Some(watch.begin(&visitor).await?),
        None => None,
    };
    let upgrade =
        upgrade.map_err(|refusal| Problem::bad_request("NOT_A_WEBSOCKET", refusal.body_text()))?;
    Ok(upgrade
        .max_message_size(LARGEST_MESSAGE)
        .on_upgrade(move |socket| watch.serve(socket, live)))
}

/// Who asks, if they have said so in a header, and until when there is somebody to answer.
pub(super) struct Caller {
    visitor: Option<Visitor>,
    shutdown: Shutdown,
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let visitor = if parts.headers.contains_key(AUTHORIZATION) {
            Some(Visitor::from_request_parts(parts, state).await?)
        } else {
            None
        };
        let shutdown = parts.extensions.get::<Shutdown>().cloned();
        Ok(Self {
            visitor,
            shutdown: shutdown.unwrap_or_default(),
        })
    }
}

/// Somebody who watches an order.
struct Watch {
    app: App,
    order: OrderId,
    last_event: Option<usize>,
    shutdown: Shutdown,
}

impl Watch {
    async fn begin(&self, visitor: &Visitor) -> Answer<Live> {
        Live::begin(&self.app, visitor, self.order, self.last_event).await
    }

    async fn serve(self, mut socket: WebSocket, live: Option<Live>) {
        let code = match live {
            Some(live) => self.pass_on(&mut socket, live).await,
            None => self.introduced(&mut socket).await,
        };
        if let Some(code) = code {
            let reason = match code {
                UNAUTHENTICATED => "send {\"token\":\"…\"} first",
                NOT_FOUND => "there is no such order",
                _ => "",
            };
            let frame = CloseFrame {
                code,
                reason: reason.into(),
            };
            // The client may have gone already.
            let _ = timeout(WRITE, socket.send(Message::Close(Some(frame)))).await;
        }
    }

    /// The same for somebody who says who they are first.
    async fn introduced(&self, socket: &mut WebSocket) -> Option<u16> {
        let visitor = tokio::select! {
            () = self.shutdown.requested() => return Some(GOING_AWAY),
            visitor = self.visitor(socket) => visitor,
        };
        let Some(visitor) = visitor else {
            return Some(UNAUTHENTICATED);
        };
        match self.begin(&visitor).await {
            Ok(live) => self.pass_on(socket, live).await,
            Err(refusal) if refusal.status() == http::StatusCode::NOT_FOUND => Some(NOT_FOUND),
            Err(_) => Some(TRY_AGAIN),
        }
    }

    async fn visitor(&self, socket: &mut WebSocket) -> Option<Visitor> {
        let Ok(Some(Ok(Message::Text(text)))) = timeout(INTRODUCTION, socket.recv()).await else {
            return None;
        };
        let introduction: Introduction = serde_json::from_str(&text).ok()?;
        let token = &introduction.token;
        let known = self.app.verifier.visitor(token, Service::Delivery).await;
        known.ok()
    }

    /// Tells what happens; returns the code to close with, if there is anybody left to hear it.
    async fn pass_on(&self, socket: &mut WebSocket, mut live: Live) -> Option<u16> {
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        let mut answered = true;
        loop {
            let message = tokio::select! {
                () = self.shutdown.requested() => return Some(GOING_AWAY),
                update = live.next() => match update {
                    Some(update) => text(&update),
                    None => return Some(DONE),
                },
                _ = heartbeat.tick() => {
                    if !std::mem::take(&mut answered) {
                        return None;
                    }
                    Message::Ping(Vec::new().into())
                }
                received = socket.recv() => match received {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                    Some(Ok(Message::Text(_) | Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => {
                        answered = true;
                        continue;
                    }
                },
            };
            if !matches!(timeout(WRITE, socket.send(message)).await, Ok(Ok(()))) {
                return None;
            }
        }
    }
}

fn text(update: &Update) -> Message {
    let Update { name, data, .. } = update;
    let text = match update.number {
        Some(number) => format!(r#"{{"event":"{name}","id":{number},"data":{data}}}"#),
        None => format!(r#"{{"event":"{name}","data":{data}}}"#),
    };
    Message::Text(text.into())
}
