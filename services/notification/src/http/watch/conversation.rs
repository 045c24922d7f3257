//! What is said on one connection: who it is, what they have missed, then what comes up, until one side ends it.

use std::collections::VecDeque;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures::future::BoxFuture;
use revcart_runtime::Shutdown;
use serde::Deserialize;
use shared_events::{NotificationId, UserId};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use super::Watcher;
use crate::app::{App, Told, WAITING};
use crate::store::notices;

/// How long a client may take to say who it is.
const INTRODUCTION: Duration = Duration::from_secs(10);
/// How long one message may take to be written.
const WRITE: Duration = Duration::from_secs(10);
/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(2);
/// Missed notifications that are read at a time.
const PAGE: u64 = 100;
/// Notifications that were just replayed, and may come up live as well.
const REMEMBERED: usize = 4 * WAITING;

/// Why a connection ends, from the range of codes that applications may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The client is gone, or says nothing any more.
    Gone,
    /// The server stops: 1001.
    Stopping,
    /// The list cannot be read: 1011.
    Broken,
    /// The first text is no introduction: 4400.
    NoIntroduction,
    /// The token is missing, not valid or has expired: 4401.
    Unauthenticated,
    /// The token is not a user's: 4403.
    NobodyInParticular,
    /// The user has too many connections: 4409.
    TooMany,
    /// The client reads too slowly: 4429.
    TooSlow,
}

impl End {
    fn frame(self) -> Option<(u16, &'static str)> {
        match self {
            Self::Gone => None,
            Self::Stopping => Some((close_code::AWAY, "the server stops; come back with after")),
            Self::Broken => Some((
                close_code::ERROR,
                "the list cannot be read; come back with after",
            )),
            Self::NoIntroduction => Some((4400, "the first text must be {\"token\":\"…\"}")),
            Self::Unauthenticated => Some((4401, "send a valid token, {\"token\":\"…\"}, first")),
            Self::NobodyInParticular => Some((4403, "this is not the token of a user")),
            Self::TooMany => Some((4409, "there are too many connections of this user")),
            Self::TooSlow => Some((4429, "read faster; come back with after")),
        }
    }
}

/// What a client that cannot set headers says first.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Introduction {
    token: String,
    #[serde(default)]
    after: Option<NotificationId>,
}

/// A connection.
pub(super) struct Conversation {
    app: App,
    socket: WebSocket,
    shutdown: Shutdown,
    /// What was replayed last.
    replayed: VecDeque<NotificationId>,
}

impl Conversation {
    pub(super) fn new(app: App, socket: WebSocket, shutdown: Shutdown) -> Self {
        Self {
            app,
            socket,
            shutdown,
            replayed: VecDeque::new(),
        }
    }

    /// Talks to `watcher`, or to whoever introduces themselves, from `after` on.
    pub(super) async fn run(mut self, watcher: Option<Watcher>, after: Option<NotificationId>) {
        let introduced = match watcher {
            Some(watcher) => Ok((watcher, after)),
            None => self
                .introduction()
                .await
                .map(|(watcher, said)| (watcher, said.or(after))),
        };
        let end = match introduced {
            Ok((watcher, after)) => self.talk(watcher, after).await,
            Err(end) => end,
        };
        if let Some((code, reason)) = end.frame() {
            let reason = reason.into();
            let farewell = Message::Close(Some(CloseFrame { code, reason }));
            // The client may have gone already.
            let _ = timeout(FAREWELL, self.socket.send(farewell)).await;
        }
    }

    async fn introduction(&mut self) -> Result<(Watcher, Option<NotificationId>), End> {
        let said = tokio::select! {
            said = timeout(INTRODUCTION, self.socket.recv()) => said,
            () = self.shutdown.requested() => return Err(End::Stopping),
        };
        let text = match said {
            Ok(Some(Ok(Message::Text(text)))) => text,
            Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) => return Err(End::Gone),
            Ok(Some(Ok(_))) => return Err(End::NoIntroduction),
            Err(_) => return Err(End::Unauthenticated),
        };
        let introduction: Introduction =
            serde_json::from_str(&text).map_err(|_| End::NoIntroduction)?;
        let verified = self.app.verifier.verify(&introduction.token).await;
        let verified = verified.map_err(|_| End::Unauthenticated)?;
        let user = verified.identity.user_id();
        let watcher = Watcher {
            user: user.map_err(|_| End::NobodyInParticular)?,
            until: verified.expires_at,
        };
        Ok((watcher, introduction.after))
    }

    async fn talk(&mut self, watcher: Watcher, after: Option<NotificationId>) -> End {
        let known = match self.app.latest(&[watcher.user]).await {
            Ok(known) => known.iter().filter_map(|news| news.notice).collect(),
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be watched and is closed");
                return End::Broken;
            }
        };
        // From here on nothing is missed that comes up while what came up before is being told.
        let Some(mut live) = self.app.live.watch(watcher.user, known) else {
            return End::TooMany;
        };
        if let Some(after) = after
            && let Err(end) = self.replay(watcher.user, after, &mut live).await
        {
            return end;
        }
        self.follow(watcher, live).await
    }

    /// Tells what stands in the list after `last`, in order, however much it is: a page at a time, as fast as it is read.
    async fn replay(
        &mut self,
        user: UserId,
        mut last: NotificationId,
        live: &mut Receiver<Told>,
    ) -> Result<(), End> {
        loop {
            if live.len() >= WAITING {
                // What waits stands in the list as well, and is read from there.
                *live = live.resubscribe();
            }
            let page = notices::after(&self.app.database, user, last, PAGE).await;
            let page = page.map_err(|error| {
                tracing::warn!(%error, "what was missed cannot be told");
                End::Broken
            })?;
            for notice in &page {
                last = notice.id;
                if let Some(news) = notice.news() {
                    self.remember(notice.id);
                    self.send(Message::Text(news.text.into())).await?;
                }
            }
            if (page.len() as u64) < PAGE {
                return Ok(());
            }
        }
    }

    /// Tells what comes up.
    async fn follow(&mut self, watcher: Watcher, mut live: Receiver<Told>) -> End {
        let mut heartbeat = tokio::time::interval(self.app.config.heartbeat);
        let mut expired: BoxFuture<'static, ()> =
            Box::pin(self.app.clock.sleep_until(watcher.until));
        let mut answered = true;
        loop {
            let message = tokio::select! {
                () = self.shutdown.requested() => return End::Stopping,
                () = &mut expired => return End::Unauthenticated,
                told = live.recv() => match told {
                    Ok(told) if told.notice.is_some_and(|id| self.replayed.contains(&id)) => continue,
                    Ok(told) => Message::Text((&*told.text).into()),
                    Err(RecvError::Lagged(_)) => return End::TooSlow,
                    Err(RecvError::Closed) => return End::Broken,
                },
                _ = heartbeat.tick() => {
                    if !std::mem::take(&mut answered) {
                        return End::Gone;
                    }
                    Message::Ping(Vec::new().into())
                }
                received = self.socket.recv() => match received {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return End::Gone,
                    Some(Ok(Message::Text(_) | Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => {
                        answered = true;
                        continue;
                    }
                },
            };
            if let Err(end) = self.send(message).await {
                return end;
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        let sent = tokio::select! {
            sent = timeout(WRITE, self.socket.send(message)) => sent,
            () = self.shutdown.requested() => return Err(End::Stopping),
        };
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::TooSlow),
        }
    }

    fn remember(&mut self, id: NotificationId) {
        if self.replayed.len() >= REMEMBERED {
            self.replayed.pop_front();
        }
        self.replayed.push_back(id);
    }
}
