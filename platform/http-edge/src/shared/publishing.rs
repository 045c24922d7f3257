//! Publishes what this process has to say: one task, one message per channel for all that waits.

use std::time::Duration;

use revcart_runtime::Shutdown;
use revcart_runtime::telemetry::names;
use serde::Serialize;
use serde_json::value::RawValue;

use super::connection::Connection;
use super::topic::Topics;

/// The most lines in one round.
const MOST: usize = 256;
/// How long what this process said last may take to go out when it ends.
const FAREWELL: Duration = Duration::from_secs(1);

#[derive(Serialize)]
struct Bundle<'a> {
    from: u64,
    lines: &'a [Box<RawValue>],
}

pub(super) async fn run(connection: &Connection, topics: &Topics, shutdown: &Shutdown) {
    loop {
        publish(connection, topics).await;
        tokio::select! {
            () = topics.something_waits.notified() => {}
            () = shutdown.requested() => break,
        }
    }
    // What is not said is found out by the others, only later.
    let _ = tokio::time::timeout(FAREWELL, publish(connection, topics)).await;
}

/// What does not go out is dropped: the others look for themselves, and soon it is no news.
async fn publish(connection: &Connection, topics: &Topics) {
    loop {
        let waiting = topics.take(MOST);
        if waiting.is_empty() {
            return;
        }
        for (channel, lines) in waiting {
            let bundle = Bundle {
                from: topics.origin,
                lines: &lines,
            };
            let bundle = serde_json::to_vec(&bundle).expect("lines are JSON");
            let mut command = redis::cmd("PUBLISH");
            command.arg(&*channel).arg(bundle);
            if connection.send::<i64>(&command).await.is_err() {
                metrics::counter!(names::NEWS_DROPPED).increment(lines.len() as u64);
            }
        }
    }
}
