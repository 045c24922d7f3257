//! Hears what other replicas say: one task, one connection, that comes back by itself. Whenever it has come back there is a gap.

use std::time::Duration;

use futures::StreamExt;
use redis::aio::PubSub;
use revcart_runtime::Shutdown;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::connection::Connection;
use super::topic::Topics;

/// The pauses between attempts to connect, doubled from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(2);
/// How often a silent connection is asked whether it is still there, and how long it may take to answer.
const HEARTBEAT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
struct Bundle<'a> {
    from: u64,
    #[serde(borrow)]
    lines: Vec<&'a RawValue>,
}

pub(super) async fn run(connection: &Connection, topics: &Topics, shutdown: &Shutdown) {
    let listen = async {
        let mut pause = FIRST_PAUSE;
        let mut channels = topics.channels.subscribe();
        loop {
            // The names are read after the number is marked as seen, so that none is forgotten.
            if *channels.borrow_and_update() == 0 && channels.changed().await.is_err() {
                return;
            }
            match connection.listen(&topics.names()).await {
                Ok(listening) => {
                    pause = FIRST_PAUSE;
                    topics.gap();
                    tokio::select! {
                        problem = pass_on(listening, topics) => tracing::debug!(problem, "news from other replicas stops"),
                        Ok(()) = channels.changed() => {}
                    }
                }
                Err(problem) => tracing::debug!(problem, "no news from other replicas"),
            }
            tokio::time::sleep(pause.mul_f64(rand::random_range(0.5..1.0))).await;
            pause = (pause * 2).min(LAST_PAUSE);
        }
    };
    tokio::select! {
        () = listen => {}
        () = shutdown.requested() => {}
    }
}

/// Until the connection is lost; says how.
async fn pass_on(listening: PubSub, topics: &Topics) -> String {
    let (mut asking, mut messages) = listening.split();
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    loop {
        tokio::select! {
            message = messages.next() => match message {
                Some(message) => hear(topics, message.get_channel_name(), message.get_payload_bytes()),
                None => return "the connection was closed".to_owned(),
            },
            _ = heartbeat.tick() => {
                match tokio::time::timeout(ANSWER, asking.ping::<redis::Value>()).await {
                    Ok(Ok(_)) => {}
                    Ok(Err(error)) => return error.to_string(),
                    Err(_) => return format!("no answer within {ANSWER:?}"),
                }
            }
        }
    }
}

fn hear(topics: &Topics, channel: &str, bundle: &[u8]) {
    match serde_json::from_slice::<Bundle<'_>>(bundle) {
        Ok(bundle) if bundle.from == topics.origin => {}
        Ok(bundle) => bundle
            .lines
            .iter()
            .for_each(|line| topics.hear(channel, Some(*line))),
        Err(_) => topics.hear(channel, None),
    }
}
