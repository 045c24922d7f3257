//! `GET /ws/notifications`: notifications as they come up, as JSON texts with the fields of the list.
//!
//! Who they are for is said in the `Authorization` header; by browsers, which cannot set it, in `Sec-WebSocket-Protocol: bearer,
//! <token>` or in the first text, `{"token":"…","after":"…"}`. A token never stands in the address. `after` is the last
//! notification that the client has seen: what came up since then is told first, in order, then what comes up.
//!
//! A connection ends with one of the codes below. Whoever is closed may come back with `after`, and misses nothing that stands in
//! the list.

mod conversation;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::response::Response;
use garde::Validate;
use http::HeaderMap;
use http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use revcart_http_edge::{Answer, MaybeIdentity, Problem, Query};
use revcart_runtime::Shutdown;
use serde::Deserialize;
use shared_events::{NotificationId, Timestamp, UserId};
use utoipa::IntoParams;

use crate::app::App;

use conversation::Conversation;

/// The largest message a client may send: a token and little else.
const LARGEST_MESSAGE: usize = 8 * 1024;
/// What a client offers together with its token.
const PROTOCOL: &str = "bearer";

/// Where to take up.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Watch {
    /// The last notification that the client has seen.
    #[garde(skip)]
    after: Option<NotificationId>,
}

/// Who looks on, and until when their token lasts.
#[derive(Debug, Clone, Copy)]
struct Watcher {
    user: UserId,
    until: Timestamp,
}

/// Notifications as they come up, over WebSocket.
///
/// Each is a JSON text with the fields of the list. The token stands in `Authorization`, in `Sec-WebSocket-Protocol: bearer,
/// <token>`, or in the first text: `{"token": "…", "after": "…"}`. `after` names the last notification seen: what came up since
/// then is told first. Close codes: 1001 the server stops, 1011 the list cannot be read, 4400 the first text is no introduction,
/// 4401 the token is missing, not valid or has expired, 4403 the token is not a user's, 4409 too many connections, 4429 the client
/// reads too slowly. Every one of them may come back with `after`.
#[utoipa::path(
    get,
    path = "/ws/notifications",
    params(Watch),
    responses((status = 101, description = "The conversation begins"), (status = 403, body = revcart_http_edge::ProblemBody, description = "The token is not a user's")),
    security((), ("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    MaybeIdentity(identity): MaybeIdentity,
    Query(watch): Query<Watch>,
    shutdown: Option<Extension<Shutdown>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer<Response> {
    let upgrade =
        upgrade.map_err(|refusal| Problem::bad_request("NOT_A_WEBSOCKET", refusal.body_text()))?;
    if let Some(identity) = identity {
        identity.user_id()?;
    }
    let token = bearer(&headers).or_else(|| offered(&headers));
    let watcher = match token {
        Some(token) => Some(known(&app, token).await?),
        None => None,
    };
    let shutdown = shutdown.map(|Extension(shutdown)| shutdown);
    Ok(upgrade
        .protocols([PROTOCOL])
        .max_message_size(LARGEST_MESSAGE)
        .on_upgrade(move |socket| async move {
            let shutdown = shutdown.unwrap_or_default();
            let conversation = Conversation::new(app, socket, shutdown);
            conversation.run(watcher, watch.after).await;
        }))
}

/// The token of the header, which the edge has looked at already.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (_, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Some(token.trim())
}

/// The token that is offered beside the name of the protocol.
fn offered(headers: &HeaderMap) -> Option<&str> {
    let offers = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let mut offers = offers
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim);
    offers.find(|offer| *offer == PROTOCOL)?;
    offers.next()
}

async fn known(app: &App, token: &str) -> Answer<Watcher> {
    let verified = app.verifier.verify(token).await;
    let verified = verified.map_err(|refusal| refusal.problem())?;
    Ok(Watcher {
        user: verified.identity.user_id()?,
        until: verified.expires_at,
    })
}

#[cfg(test)]
mod tests;
