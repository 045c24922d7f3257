//! A message as the broker holds it: once, however many queues it is in.

use std::sync::Arc;

use shared_events::{Attributes, MessageId, Timestamp};

/// What all queues share of a message.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) id: MessageId,
    pub(super) sent_at: Timestamp,
    pub(super) body: Arc<str>,
    pub(super) attributes: Arc<Attributes>,
}

impl Stored {
    /// Roughly what it takes in memory.
    pub(super) fn size(&self) -> usize {
        self.body.len() + 256
    }
}
