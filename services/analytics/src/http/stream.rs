//! `GET /api/analytics/stream?type=` (admin, `text/event-stream`): the log as it grows, all of it or events of one name, and
//! live figures.
//!
//! Each event of the log is an event called `event` whose id is its number in the log: who reconnects with `Last-Event-ID`
//! goes on there, who does not begins with what comes next. `figures` come first and then at most once a second, without an id.
//! A stream is woken by commits and reads the log by pages, as fast as its client takes them: it holds one page, never a queue.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{self, KeepAlive, Sse};
use futures::{Stream, stream};
use garde::Validate;
use http::HeaderMap;
use revcart_http_edge::{Admin, Answer, Problem, Query, Unhurried};
use serde::{Deserialize, Serialize};
use shared_events::Timestamp;
use tokio::time::{Instant, sleep_until};
use utoipa::IntoParams;

use super::answers::{Day, Funnel, Sales};
use crate::app::{App, Follower};
use crate::domain::entry::LONGEST_NAME;
use crate::domain::grain::Grain;
use crate::domain::period::Period;
use crate::events;
use crate::store::{self, figures};

/// Events read at a time.
const PAGE: u64 = 100;
/// Commits that follow one another faster are looked at together.
const PACE: Duration = Duration::from_millis(100);
/// How often figures are sent while they change.
const FIGURES_EVERY: Duration = Duration::from_secs(1);
/// A comment this often keeps proxies from closing a quiet stream.
const HEARTBEAT: Duration = Duration::from_secs(15);

#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// Events of this name only.
    #[serde(rename = "type")]
    #[garde(skip)]
    #[param(max_length = 120, example = "OrderPlaced")]
    name: Option<String>,
}

/// Today, and the minute that is not over.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Live {
    as_of: Timestamp,
    today: Day,
    funnel: Funnel,
    minute: Sales,
}

/// Live events and figures
///
/// Server-sent events: `event` (the log as it grows; its id is the number in the log) and `figures` (at most once a second).
/// Who comes back with `Last-Event-ID` goes on there.
#[utoipa::path(
    get,
    path = "/api/analytics/stream",
    params(Parameters, ("last-event-id" = Option<String>, Header, description = "Go on after this event")),
    responses((status = 200, body = String, content_type = "text/event-stream", description = "The stream")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Query(Parameters { name }): Query<Parameters>,
    headers: HeaderMap,
    _: Unhurried,
) -> Answer<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>> {
    if name
        .as_ref()
        .is_some_and(|name| name.chars().count() > LONGEST_NAME)
    {
        let most = format!("must have at most {LONGEST_NAME} letters");
        return Err(Problem::invalid("type", most));
    }
    let full = || Problem::unavailable("there are as many live streams as there may be");
    // Followed before the end of the log is looked up, so that no commit falls in between.
    let follower = app.followers.follow().ok_or_else(full)?;
    let latest = events::latest(&app.database).await?;
    let feed = Feed {
        app,
        follower,
        name,
        after: last_event(&headers).map_or(latest, |last| last.min(latest)),
        page: VecDeque::new(),
        read_at: None,
        figures_at: None,
        stale: true,
    };
    let keep_alive = KeepAlive::new().interval(HEARTBEAT);
    Ok(Sse::new(feed.events()).keep_alive(keep_alive))
}

fn last_event(headers: &HeaderMap) -> Option<i64> {
    let last = headers.get("last-event-id")?.to_str().ok()?;
    last.trim().parse().ok().filter(|last| *last >= 0)
}

/// A stream in the making.
struct Feed {
    app: App,
    follower: Follower,
    name: Option<String>,
    /// The number up to which the log has been read.
    after: i64,
    /// What has been read and not been sent.
    page: VecDeque<events::Event>,
    read_at: Option<Instant>,
    figures_at: Option<Instant>,
    /// Whether figures may have changed since they were sent.
    stale: bool,
}

impl Feed {
    /// Ends when the database cannot be read: the client comes back and goes on where it was.
    fn events(self) -> impl Stream<Item = Result<sse::Event, Infallible>> {
        stream::unfold(self, |mut feed| async move {
            match feed.next().await {
                Ok(event) => Some((Ok(event), feed)),
                Err(error) => {
                    tracing::warn!(%error, "a live stream ends");
                    None
                }
            }
        })
    }

    async fn next(&mut self) -> Result<sse::Event, store::Error> {
        loop {
            if let Some(event) = self.page.pop_front() {
                return Ok(sse("event", &event).id(event.sequence.to_string()));
            }
            if self.stale && self.figures_due() <= Instant::now() {
                self.stale = false;
                self.figures_at = Some(Instant::now());
                return Ok(sse("figures", &figures(&self.app).await?));
            }
            self.read().await?;
            if self.page.is_empty() {
                self.wait().await;
            }
        }
    }

    async fn read(&mut self) -> Result<(), store::Error> {
        let (database, name) = (&self.app.database, self.name.as_deref());
        let page = events::tail(database, Some(self.after), name, PAGE).await?;
        self.read_at = Some(Instant::now());
        self.after = page.last().map_or(self.after, |last| last.sequence);
        self.page.extend(page);
        Ok(())
    }

    /// Until there is something to read, or figures are due.
    async fn wait(&mut self) {
        let figures_due = self.figures_due();
        tokio::select! {
            () = self.follower.news() => {
                self.stale = true;
                if let Some(read_at) = self.read_at {
                    sleep_until(read_at + PACE).await;
                }
            }
            () = sleep_until(figures_due), if self.stale => {}
        }
    }

    fn figures_due(&self) -> Instant {
        self.figures_at
            .map_or_else(Instant::now, |at| at + FIGURES_EVERY)
    }
}

fn sse(kind: &str, body: &impl Serialize) -> sse::Event {
    let data = serde_json::to_string(body).expect("figures and events are plain data");
    sse::Event::default().event(kind).data(data)
}

async fn figures(app: &App) -> Result<Live, store::Error> {
    let (database, now) = (&app.database, app.clock.now());
    let of = async |grain| {
        let period = Period::last(grain, 1, now);
        let mut series = figures::series(database, &period).await?;
        Ok::<_, store::Error>(series.remove(&period.from()).unwrap_or_default())
    };
    let today = of(Grain::Day).await?;
    Ok(Live {
        as_of: now,
        today: Day::from(&today),
        funnel: Funnel::from(&today),
        minute: Sales::from(&of(Grain::Minute).await?),
    })
}
