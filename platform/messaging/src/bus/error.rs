//! The ways a bus can fail, as far as a caller does different things about them.

/// Why one message was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// It will never be taken as it is: too large, empty, too many attributes, a delay that cannot be had.
    #[error("refused for good: {0}")]
    Refused(String),
    /// Not now; the same message may well be taken later. It is not known to be durable.
    #[error("not taken for now: {0}")]
    Retry(String),
}

/// Why the bus could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// This bus has been closed.
    #[error("the bus is closed")]
    Closed,
    /// It failed; worth another try.
    #[error("the bus is out of reach: {0}")]
    Unavailable(String),
    /// A dead letter cannot become one again.
    #[error("{0} has no dead-letter queue")]
    NoDeadLetters(String),
    /// This bus has no way to do it; another one may.
    #[error("this bus cannot do that: {0}")]
    Impossible(String),
}

/// The receipt is worth nothing any more: its message was deleted, moved or received again. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the receipt is no longer good")]
pub struct StaleReceipt;
