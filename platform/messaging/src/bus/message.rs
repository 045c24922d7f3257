//! What goes into the bus and what comes out of it.

use std::fmt;
use std::sync::Arc;

use shared_events::{Attributes, Destination, MessageId, Timestamp};

use crate::sqs::Held;

/// A message to publish.
#[derive(Debug, Clone)]
pub struct OutgoingMessage {
    /// Its identity, the same as in the envelope. The bus does not look for duplicates; consumers do.
    pub id: MessageId,
    /// A topic, or one queue.
    pub destination: Destination,
    /// The encoded envelope: text, not empty.
    pub body: Arc<str>,
    /// What subscriptions filter by, and what is known of a message without parsing it.
    pub attributes: Attributes,
}

/// A message in hand: invisible to others until its visibility timeout ends.
#[derive(Debug, Clone)]
pub struct Received {
    /// The identity by which the bus knows it. Deduplicate by the envelope's, which SQS does not know.
    pub id: MessageId,
    /// The body as published. Shared, not copied.
    pub body: Arc<str>,
    /// The attributes as published; a dead letter's also say why it is one.
    pub attributes: Arc<Attributes>,
    /// What deletes it, changes its visibility or makes it a dead letter.
    pub receipt: Receipt,
    /// How often it has been received, this time included.
    pub receive_count: u32,
    /// When it was published.
    pub sent_at: Timestamp,
}

/// Stands for one receive of one message; worthless once that message has been received again.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Receipt(pub(crate) Handle);

impl Receipt {
    /// Where the embedded broker keeps the message; a place that no message has for a receipt of another bus.
    pub(crate) fn embedded(&self) -> (u64, u64) {
        match &self.0 {
            Handle::Embedded { seq, stamp } => (*seq, *stamp),
            Handle::Sqs(_) => (u64::MAX, 0),
        }
    }

    /// What SQS and the message behind it are to the receipt, if it is one of SQS.
    pub(crate) fn sqs(&self) -> Option<&Held> {
        match &self.0 {
            Handle::Embedded { .. } => None,
            Handle::Sqs(held) => Some(held),
        }
    }
}

/// What a receipt is to the bus that gave it out.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Handle {
    Embedded { seq: u64, stamp: u64 },
    Sqs(Arc<Held>),
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Handle::Embedded { seq, stamp } => write!(f, "Receipt({seq}-{stamp:x})"),
            Handle::Sqs(held) => write!(f, "Receipt({}-{:x})", held.message_id, held.stamp),
        }
    }
}
