//! Which queues there are, how to receive from one, and what can be seen of it from outside.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared_events::{Attributes, MessageId, Queue, Service, Timestamp};

/// One of a service's two queues. A service or its queue, where one of these is asked for, is the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueueRef {
    /// Whose it is.
    pub service: Service,
    /// Which of the two.
    pub kind: QueueKind,
}

/// The two queues of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QueueKind {
    /// What the service consumes.
    Main,
    /// What it could not.
    DeadLetter,
}

impl QueueRef {
    /// What `service` consumes.
    pub const fn main(service: Service) -> Self {
        Self {
            service,
            kind: QueueKind::Main,
        }
    }

    /// What `service` could not consume.
    pub const fn dead_letters(service: Service) -> Self {
        Self {
            service,
            kind: QueueKind::DeadLetter,
        }
    }

    /// Every queue there is: each service's main one, then its dead letters.
    pub fn all() -> impl Iterator<Item = Self> {
        Service::ALL
            .into_iter()
            .flat_map(|service| [Self::main(service), Self::dead_letters(service)])
    }

    /// The name it has at AWS, such as `order-service-queue`.
    pub const fn name(self) -> &'static str {
        match self.kind {
            QueueKind::Main => Queue(self.service).name(),
            QueueKind::DeadLetter => Queue(self.service).dead_letter_name(),
        }
    }
}

impl From<Service> for QueueRef {
    fn from(service: Service) -> Self {
        Self::main(service)
    }
}

impl From<Queue> for QueueRef {
    fn from(queue: Queue) -> Self {
        Self::main(queue.0)
    }
}

impl fmt::Display for QueueRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How to receive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiveOptions {
    /// Messages at the most. SQS is asked several times at once for more than ten.
    pub max: usize,
    /// How long to wait for the first message; zero does not wait.
    pub wait: Duration,
    /// How long the messages stay invisible to others.
    pub visibility: Duration,
}

impl Default for ReceiveOptions {
    fn default() -> Self {
        Self {
            max: 10,
            wait: Duration::ZERO,
            visibility: Duration::from_secs(30),
        }
    }
}

/// How much is in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Depth {
    /// Ready to be received.
    pub visible: u64,
    /// Received and neither deleted nor visible again.
    pub in_flight: u64,
    /// Published with a delay that has not passed.
    pub delayed: u64,
    /// How long ago the oldest of them all was published; nothing when there is none, or on SQS, which does not tell.
    pub oldest: Option<Duration>,
}

impl Depth {
    /// Everything in the queue.
    pub fn total(&self) -> u64 {
        self.visible + self.in_flight + self.delayed
    }

    /// Whether nothing is in the queue, not even in somebody's hand.
    pub fn is_empty(&self) -> bool {
        self.total() == 0
    }
}

/// A place in a queue, to go on looking from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub u64);

/// A message as it can be looked at without receiving it.
#[derive(Debug, Clone)]
pub struct Peeked {
    /// Where it stands; the next look goes on after it.
    pub position: Position,
    /// Its identity.
    pub id: MessageId,
    /// The body as published.
    pub body: Arc<str>,
    /// The attributes as published; a dead letter's also say why it is one.
    pub attributes: Arc<Attributes>,
    /// How often it has been received; for a dead letter the attempts before it became one count.
    pub receive_count: u32,
    /// When it was published.
    pub sent_at: Timestamp,
    /// When it became a dead letter.
    pub dead_since: Option<Timestamp>,
    /// Whether it could be received now.
    pub visibility: Visibility,
}

/// Whether a message can be received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Now.
    Visible,
    /// It is in somebody's hand until then.
    InFlight(Timestamp),
    /// It was published with a delay that ends then.
    Delayed(Timestamp),
}
