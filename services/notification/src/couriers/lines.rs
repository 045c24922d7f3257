//! Text and push messages as lines of JSON, `sms.jsonl` and `push.jsonl`: what a provider of either would be sent.

use std::io;
use std::path::Path;

use serde::Serialize;
use shared_events::{NotificationId, Timestamp};

use super::file::Bounded;
use super::{Letter, Outcome};

/// A file of messages.
#[derive(Debug)]
pub(super) struct Lines(Bounded);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    notification_id: NotificationId,
    to: &'a str,
    template: &'a str,
    title: &'a str,
    text: &'a str,
    at: Timestamp,
}

impl Lines {
    pub(super) fn open(folder: &Path, name: &str, limit: u64) -> io::Result<Self> {
        Bounded::open(folder, name, "jsonl", limit).map(Self)
    }

    pub(super) fn write(&self, letters: &[Letter]) -> io::Result<Vec<Outcome>> {
        let mut text = String::new();
        for Letter { dispatch, .. } in letters {
            let line = Line {
                notification_id: dispatch.id,
                to: &dispatch.to,
                template: &dispatch.template,
                title: &dispatch.subject,
                text: &dispatch.text,
                at: dispatch.at,
            };
            text.push_str(&serde_json::to_string(&line).expect("a line is plain data"));
            text.push('\n');
        }
        self.0.append(&text)?;
        Ok(vec![Outcome::Sent; letters.len()])
    }
}
