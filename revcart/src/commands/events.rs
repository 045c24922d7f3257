//! `revcart events tail`: the log of all events, as it grows.

use std::process::ExitCode;
use std::time::Duration;

use analytics_service::events::{self, Event};
use revcart_persistence::Database;
use revcart_runtime::{Clock, Shutdown};
use shared_events::Service;

use crate::cli::{Data, Events};
use crate::inspection::Installation;
use crate::output::{self, Reader, shortened};

/// How often the log is looked at.
const EVERY: Duration = Duration::from_millis(200);
/// Events read together.
const PAGE: u64 = 500;
/// Characters of an event's data on a line; JSON has all of them.
const MOST_DATA: usize = 200;

/// What to print, and how.
struct Tail {
    log: Database,
    kind: Option<String>,
    json: bool,
}

pub(super) async fn run(command: Events) -> anyhow::Result<ExitCode> {
    let Events::Tail {
        kind,
        last,
        no_follow,
        data,
    } = command;
    let Data { dir, json } = data;
    let log = Installation::find(&dir)?
        .database(Service::Analytics)
        .await?;
    let tail = Tail { log, kind, json };
    // Before the past is read, so that nothing falls between.
    let mut seen = events::latest(&tail.log).await?;
    let past = events::last(&tail.log, tail.kind.as_deref(), last).await?;
    seen = past.last().map_or(seen, |event| seen.max(event.sequence));
    if tail.print(&past)? == Reader::Reads && !no_follow {
        tail.follow(seen).await?;
    }
    tail.log.close().await;
    Ok(ExitCode::SUCCESS)
}

impl Tail {
    /// Prints what comes after this number, until somebody presses Ctrl-C or nobody reads any more.
    async fn follow(&self, mut seen: i64) -> anyhow::Result<()> {
        let (clock, shutdown) = (Clock::system(), Shutdown::new());
        shutdown.on_signals()?;
        while !shutdown.is_requested() {
            let new = events::tail(&self.log, Some(seen), self.kind.as_deref(), PAGE).await?;
            seen = new.last().map_or(seen, |event| event.sequence);
            if self.print(&new)? == Reader::HasGone {
                break;
            }
            if (new.len() as u64) < PAGE {
                tokio::select! {
                    () = clock.sleep(EVERY) => {}
                    () = shutdown.requested() => {}
                }
            }
        }
        Ok(())
    }

    fn print(&self, events: &[Event]) -> anyhow::Result<Reader> {
        for event in events {
            let text = if self.json {
                serde_json::to_string(event)?
            } else {
                line(event)
            };
            if output::line(text)? == Reader::HasGone {
                return Ok(Reader::HasGone);
            }
        }
        Ok(Reader::Reads)
    }
}

fn line(event: &Event) -> String {
    let source = event.source.trim_start_matches("/revcart/");
    let data = shortened(&event.data, MOST_DATA);
    format!(
        "{} {:<24} {source:<20} {} {data}",
        event.time, event.name, event.subject
    )
}
