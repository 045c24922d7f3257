//! What a turn of the saga comes to, in the words of the order.

use shared_events::{AnyMessage, CancelledBy, MessageId, Money, OrderStatus};

use super::{Deadline, FailureCode, Instance, Kind, LogEntry, Refusal};

/// What a turn comes to. All of it belongs into one transaction.
#[derive(Debug, Clone)]
pub struct Transition {
    /// The instance from now on.
    pub instance: Instance,
    /// Commands to send, in order.
    pub commands: Vec<AnyMessage>,
    /// What has happened to the order, in order.
    pub changes: Vec<OrderChange>,
    /// The one timer that runs from now on; it replaces any other of this saga. `None`: none runs.
    pub deadline: Option<Deadline>,
    /// What is to be kept; see [`Self::name_commands`].
    pub log: Vec<LogEntry>,
    /// Whether the input was taken. Replies and timers always are, even if they change nothing; a cancellation or an
    /// operator's action may be turned down, and the instance is as it was.
    pub accepted: Result<(), Refusal>,
}

impl Transition {
    /// Enters the ids that the outbox has given to [`Self::commands`], in the same order, into the log.
    pub fn name_commands(&mut self, ids: impl IntoIterator<Item = MessageId>) {
        let lines = self
            .log
            .iter_mut()
            .filter(|line| line.kind == Kind::Command);
        for (line, id) in lines.zip(ids) {
            line.message_id = Some(id);
        }
    }
}

/// Something that happened to the order. Order-service publishes it: [`Self::StatusChanged`] as `OrderStatusChanged`, the
/// others as the events of their name, besides.
#[derive(Debug, Clone, PartialEq)]
pub enum OrderChange {
    /// It stands elsewhere than before.
    StatusChanged {
        from: OrderStatus,
        to: OrderStatus,
        /// A code, or the words of a participant.
        reason: Option<String>,
    },
    /// It is paid for, or its payment promised: `OrderConfirmed`.
    Confirmed,
    /// It is undone completely: `OrderCancelled`.
    Cancelled {
        by: CancelledBy,
        code: FailureCode,
        /// `None` if nothing had been taken.
        refunded: Option<Money>,
    },
}
