//! `GET /ws/notifications`: notifications as they come up, as JSON texts with the fields of the list.
//!
//! Who cannot set an `Authorization` header (a browser) sends `{"token":"…"}` as the first text. A reader who is too slow to
//! follow is told `{"missed":n}` and should read the list.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use revcart_http_edge::{Answer, MaybeIdentity, Problem};
use serde::Deserialize;
use shared_events::UserId;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::time::timeout;

use crate::app::App;

/// How long a client may take to say who it is.
const INTRODUCTION: Duration = Duration::from_secs(10);
/// How often a silent client is asked whether it is still there; who does not answer until the next time is gone.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// How long one message may take to be written.
const WRITE: Duration = Duration::from_secs(10);
/// The largest message a client may send: a token and little else.
const LARGEST_MESSAGE: usize = 8 * 1024;
/// Close code for who is not let in, from the range that applications may use.
const UNAUTHENTICATED: u16 = 4401;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Introduction {
    token: String,
}

pub(super) async fn handle(
    State(app): State<App>,
    MaybeIdentity(identity): MaybeIdentity,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Answer<Response> {
    let upgrade =
        upgrade.map_err(|refusal| Problem::bad_request("NOT_A_WEBSOCKET", refusal.body_text()))?;
    let user = identity.map(|identity| identity.user_id()).transpose()?;
    Ok(upgrade
        .max_message_size(LARGEST_MESSAGE)
        .on_upgrade(move |socket| serve(app, socket, user)))
}

async fn serve(app: App, mut socket: WebSocket, user: Option<UserId>) {
    let user = match user {
        Some(user) => Some(user),
        None => introduction(&app, &mut socket).await,
    };
    let Some(user) = user else {
        let reason = CloseFrame {
            code: UNAUTHENTICATED,
            reason: "send {\"token\":\"…\"} first".into(),
        };
        // The client may have gone already.
        let _ = socket.send(Message::Close(Some(reason))).await;
        return;
    };
    let known = match app.latest(&[user]).await {
        Ok(known) => known.iter().filter_map(|news| news.notice).collect(),
        Err(error) => {
            tracing::warn!(%error, "a connection cannot be watched and is closed");
            return;
        }
    };
    let watching = app.live.watch(user, known);
    pass_on(socket, watching).await;
}

async fn introduction(app: &App, socket: &mut WebSocket) -> Option<UserId> {
    let Ok(Some(Ok(Message::Text(text)))) = timeout(INTRODUCTION, socket.recv()).await else {
        return None;
    };
    let introduction: Introduction = serde_json::from_str(&text).ok()?;
    let verified = app.verifier.verify(&introduction.token).await.ok()?;
    verified.identity.user_id().ok()
}

async fn pass_on(mut socket: WebSocket, mut watching: Receiver<Arc<str>>) {
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    let mut answered = true;
    loop {
        let message = tokio::select! {
            told = watching.recv() => match told {
                Ok(text) => Message::Text((&*text).into()),
                Err(RecvError::Lagged(missed)) => Message::Text(format!(r#"{{"missed":{missed}}}"#).into()),
                Err(RecvError::Closed) => return,
            },
            _ = heartbeat.tick() => {
                if !std::mem::take(&mut answered) {
                    return;
                }
                Message::Ping(Vec::new().into())
            }
            received = socket.recv() => match received {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(Message::Text(_) | Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => {
                    answered = true;
                    continue;
                }
            },
        };
        if !matches!(timeout(WRITE, socket.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}
