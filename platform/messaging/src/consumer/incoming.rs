//! What a handler is given, and the ways it can say that it did not work.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use revcart_persistence::{Cause, Error as PersistenceError};
use revcart_runtime::error_chain;
use shared_events::{DecodeError, Envelope, MessageId, RawEnvelope, Timestamp, catalogue};

/// A message as a handler sees it: read, and not handled before.
#[derive(Debug, Clone)]
pub struct Incoming<E = Envelope> {
    /// The message; an older version of it has become the current one.
    pub envelope: E,
    /// The JSON it came as.
    pub body: Arc<str>,
    /// How often it has been received, this time included.
    pub receive_count: u32,
    /// When it was put into the queue.
    pub sent_at: Timestamp,
}

impl Incoming {
    /// The cause of whatever handling it publishes.
    #[must_use]
    pub fn cause(&self) -> Cause {
        Cause::of(&self.envelope)
    }
}

/// A form in which a consumer can read messages.
pub(super) trait Readable: Clone + Send + Sync + Sized + 'static {
    fn read(body: &str) -> Result<Self, DecodeError>;
    fn id(&self) -> MessageId;
    fn time(&self) -> Timestamp;
    /// Its name; "unknown" for what this program does not know, so that metrics stay bounded.
    fn kind(&self) -> &'static str;
}

impl Readable for Envelope {
    fn read(body: &str) -> Result<Self, DecodeError> {
        Self::decode(body.as_bytes())
    }

    fn id(&self) -> MessageId {
        self.id
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    fn kind(&self) -> &'static str {
        self.data.descriptor().name
    }
}

impl Readable for RawEnvelope {
    fn read(body: &str) -> Result<Self, DecodeError> {
        Self::decode(body.as_bytes())
    }

    fn id(&self) -> MessageId {
        self.id
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    fn kind(&self) -> &'static str {
        catalogue::ALL
            .iter()
            .find(|known| known.name == self.name())
            .map_or("unknown", |known| known.name)
    }
}

/// Why messages could not be handled. A business refusal is no failure: it is a result, and an event tells it.
#[derive(Debug, thiserror::Error)]
pub enum HandlingError {
    /// Try again later, with growing pauses; after the last try it is a dead letter.
    #[error("{0}")]
    Retry(String, #[source] Option<Box<dyn StdError + Send + Sync>>),
    /// It will never work: to the dead letters at once.
    #[error("{0}")]
    Permanent(String),
    /// What it needs has not arrived yet: try again after this pause.
    #[error("not yet: {1}")]
    Later(Duration, String),
    /// The database is out of reach: nothing is wrong with the message.
    #[error("the database is out of reach")]
    Unavailable(#[source] PersistenceError),
}

impl HandlingError {
    /// A failure worth another try.
    pub fn retry(error: impl StdError + Send + Sync + 'static) -> Self {
        Self::Retry("handling failed".to_owned(), Some(Box::new(error)))
    }

    /// The error and everything behind it, in one line.
    #[must_use]
    pub fn chain(&self) -> String {
        error_chain(self)
    }
}

impl From<PersistenceError> for HandlingError {
    fn from(error: PersistenceError) -> Self {
        if error.is_unavailable() {
            Self::Unavailable(error)
        } else {
            Self::retry(error)
        }
    }
}

impl From<sea_orm::DbErr> for HandlingError {
    fn from(error: sea_orm::DbErr) -> Self {
        PersistenceError::from(error).into()
    }
}
