//! What is kept of every turn: what came in, what was decided, what was sent. Read as a timeline.

use std::borrow::Cow;

use serde::Serialize;
use shared_events::{MessageId, Timestamp};

/// One line of the log of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// When the turn was taken.
    pub at: Timestamp,
    /// What sort of line it is.
    pub kind: Kind,
    /// The step it speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Cow<'static, str>>,
    /// The attempt of that step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// What happened, in a few words.
    pub title: Cow<'static, str>,
    /// The rest: a reason, an operator's name, when a timer is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The message that came in, or the one that was sent once the outbox has given it an id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
}

/// What sort of line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Something came in.
    Input,
    /// The engine made up its mind.
    Decision,
    /// A command goes out. The n-th line of this kind belongs to the n-th command of the transition.
    Command,
}

impl Kind {
    /// The word under which it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Decision => "decision",
            Self::Command => "command",
        }
    }
}
