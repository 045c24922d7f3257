//! Tracking as `text/event-stream`.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, stream};

use super::live::{Live, Update};

/// A comment this often keeps proxies from closing a quiet stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What happens, until nothing more will.
pub(super) fn answer(live: Live) -> Response {
    Sse::new(events(live))
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response()
}

fn events(live: Live) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(live, |mut live| async move {
        let update = live.next().await?;
        Some((Ok(event(&update)), live))
    })
}

fn event(update: &Update) -> Event {
    let event = Event::default().event(update.name).data(&update.data);
    match update.number {
        Some(number) => event.id(number.to_string()),
        None => event,
    }
}
