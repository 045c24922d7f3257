//! `revcart dlq ls` and `show`: what could not be handled, grouped by cause, and one of it in full. Secrets are not shown.

use std::collections::BTreeMap;
use std::process::ExitCode;

use revcart_messaging::{Peeked, QueueRef};
use revcart_runtime::Clock;
use serde::Serialize;
use serde_json::Value;
use shared_events::redaction::redacted;
use shared_events::{MessageId, Service, Timestamp, attributes};

use crate::cli::{Data, Dlq};
use crate::inspection::{Installation, Queues};
use crate::output::{self, age};

pub(super) async fn run(command: Dlq) -> anyhow::Result<ExitCode> {
    match command {
        Dlq::Ls { service, data } => list(service, &data).await?,
        Dlq::Show { id, data } => show(id, &data).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(service: Option<Service>, data: &Data) -> anyhow::Result<()> {
    let queues = Installation::find(&data.dir)?.queues().await?;
    let mut groups = Groups::default();
    for service in service.map_or_else(|| Service::ALL.to_vec(), |service| vec![service]) {
        let queue = QueueRef::dead_letters(service);
        queues
            .each_message(queue, |letter| groups.add(service, letter))
            .await?;
    }
    let groups = groups.by_size();
    if data.json {
        output::json(&groups)?;
        return Ok(());
    }
    if groups.is_empty() {
        output::line("no dead letters")?;
        return Ok(());
    }
    let header = [
        "service",
        "error",
        "message",
        "count",
        "oldest",
        "newest",
        "for example",
        "reason",
    ];
    let mut table = output::table(header);
    let now = Clock::system().now();
    for group in groups {
        let Group { cause, count, .. } = group;
        table.add_row([
            cause.service.to_owned(),
            cause.error_class,
            cause.event_type,
            count.to_string(),
            age(now - group.oldest),
            age(now - group.newest),
            group.example.to_string(),
            cause.reason,
        ]);
    }
    output::line(table)?;
    Ok(())
}

/// What dead letters have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
struct Cause {
    service: &'static str,
    error_class: String,
    reason: String,
    event_type: String,
}

/// Dead letters of one cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    #[serde(flatten)]
    cause: Cause,
    count: u64,
    oldest: Timestamp,
    newest: Timestamp,
    /// The oldest, to look at.
    example: MessageId,
}

#[derive(Default)]
struct Groups(BTreeMap<Cause, Group>);

impl Groups {
    fn add(&mut self, service: Service, letter: &Peeked) {
        let since = letter.dead_since.unwrap_or(letter.sent_at);
        let cause = cause(service, letter);
        let group = self.0.entry(cause.clone()).or_insert(Group {
            cause,
            count: 0,
            oldest: since,
            newest: since,
            example: letter.id,
        });
        group.count += 1;
        group.newest = group.newest.max(since);
        if since < group.oldest {
            (group.oldest, group.example) = (since, letter.id);
        }
    }

    fn by_size(self) -> Vec<Group> {
        let mut groups: Vec<_> = self.0.into_values().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        groups
    }
}

fn cause(service: Service, letter: &Peeked) -> Cause {
    let attribute = |name| letter.attributes.get(name).unwrap_or("unknown");
    Cause {
        service: service.name(),
        error_class: attribute(attributes::DLQ_ERROR_CLASS).to_owned(),
        reason: redacted(attribute(attributes::DLQ_REASON)),
        event_type: attribute(attributes::EVENT_TYPE).to_owned(),
    }
}

/// A dead letter in full.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Letter {
    id: MessageId,
    queue: &'static str,
    sent_at: Timestamp,
    dead_since: Option<Timestamp>,
    receive_count: u32,
    attributes: BTreeMap<String, String>,
    /// JSON, or the text as it came.
    body: Value,
}

async fn show(id: MessageId, data: &Data) -> anyhow::Result<()> {
    let queues = Installation::find(&data.dir)?.queues().await?;
    let letters = letters(&queues, id).await?;
    anyhow::ensure!(
        !letters.is_empty(),
        "{id} is no dead letter: `revcart dlq ls` shows which there are"
    );
    if data.json {
        output::json(&letters)?;
        return Ok(());
    }
    for letter in letters {
        let mut table = output::table(["", letter.queue]);
        table.add_row(["id", &letter.id.to_string()]);
        table.add_row(["sent at", &letter.sent_at.to_string()]);
        let dead_since = letter
            .dead_since
            .map_or_else(String::new, |since| since.to_string());
        table.add_row(["dead since", &dead_since]);
        table.add_row(["received", &letter.receive_count.to_string()]);
        for (name, value) in &letter.attributes {
            table.add_row([name, value]);
        }
        output::line(table)?;
        match &letter.body {
            Value::String(text) => output::line(text)?,
            json => output::json(json)?,
        };
    }
    Ok(())
}

/// An event may have become a dead letter of several services.
async fn letters(queues: &Queues, id: MessageId) -> anyhow::Result<Vec<Letter>> {
    let mut letters = Vec::new();
    for service in Service::ALL {
        let queue = QueueRef::dead_letters(service);
        let collect = |letter: &Peeked| {
            if letter.id == id {
                letters.push(in_full(queue, letter));
            }
        };
        queues.each_message(queue, collect).await?;
    }
    Ok(letters)
}

fn in_full(queue: QueueRef, letter: &Peeked) -> Letter {
    let body = redacted(&letter.body);
    let attribute = |(name, value): (&str, &str)| (name.to_owned(), redacted(value));
    Letter {
        id: letter.id,
        queue: queue.name(),
        sent_at: letter.sent_at,
        dead_since: letter.dead_since,
        receive_count: letter.receive_count,
        attributes: letter.attributes.iter().map(attribute).collect(),
        body: serde_json::from_str(&body).unwrap_or(Value::String(body)),
    }
}

#[cfg(test)]
mod tests;
