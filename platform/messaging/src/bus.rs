//! The bus as services see it: topics to publish to, queues to take from, and nothing of what carries them.
//!
//! Reading order: [`Broker`] (what a bus does, with the semantics of SNS and SQS), [`Bus`] (the one in use, chosen at
//! start), `message` (what goes in and comes out), `queue` (which queues there are and what can be seen of one), `limits` (what a bus takes), `gauges`, `error`.
//! What every implementation must keep is written down as tests in [`crate::contract`].

mod error;
mod gauges;
pub(crate) mod limits;
mod message;
mod queue;

use std::future::Future;
use std::time::Duration;

use shared_events::Attributes;

pub use error::{BusError, PublishError, StaleReceipt};
pub(crate) use message::Handle;
pub use message::{OutgoingMessage, Receipt, Received};
pub use queue::{Depth, Peeked, Position, QueueKind, QueueRef, ReceiveOptions, Visibility};

use crate::embedded::EmbeddedBus;
use crate::sqs::SqsBus;

/// The largest message in bytes, its attributes included: the limit of SNS and SQS.
pub const LARGEST_MESSAGE: usize = 256 * 1024;
/// The longest time a message can be held back when it is published: the limit of SQS.
pub const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);
/// Attributes of one message at the most: the limit of SQS for raw delivery.
pub const MOST_ATTRIBUTES: usize = 10;

/// What became of each receipt, in the order given.
pub type Settled = Vec<Result<(), StaleReceipt>>;

/// What a bus does. Delivery is at least once and in no promised order.
pub trait Broker: Clone + Send + Sync + 'static {
    /// Publishes `messages`, however many; one outcome for each, in their order. A message whose outcome is `Ok` is
    /// durable and will be delivered to every queue that its topic's subscriptions name (perhaps to none), or to the one
    /// queue it is addressed to, after `delay` (only for queues: SNS knows no delay, so a delayed message to a topic is refused).
    fn publish_after(
        &self,
        delay: Duration,
        messages: &[OutgoingMessage],
    ) -> impl Future<Output = Vec<Result<(), PublishError>>> + Send;

    /// Publishes `messages` for immediate delivery; see [`Broker::publish_after`].
    fn publish(
        &self,
        messages: &[OutgoingMessage],
    ) -> impl Future<Output = Vec<Result<(), PublishError>>> + Send {
        self.publish_after(Duration::ZERO, messages)
    }

    /// Takes visible messages, waiting for the first one if there is none. They stay invisible to others for
    /// `options.visibility`, then come again unless they were deleted. A message of a main queue that has been received
    /// `MAX_RECEIVE_COUNT` times is not handed out once more but moved to the dead-letter queue.
    fn receive(
        &self,
        queue: QueueRef,
        options: ReceiveOptions,
    ) -> impl Future<Output = Result<Vec<Received>, BusError>> + Send;

    /// Deletes received messages for good. A receipt is good until its message is received again.
    fn delete(
        &self,
        queue: QueueRef,
        receipts: &[Receipt],
    ) -> impl Future<Output = Result<Settled, BusError>> + Send;

    /// Makes messages in hand visible again after this much time, counted from now: zero gives them back at once.
    fn change_visibility(
        &self,
        queue: QueueRef,
        changes: &[(Receipt, Duration)],
    ) -> impl Future<Output = Result<Settled, BusError>> + Send;

    /// Moves messages in hand to the dead-letter queue, adding the attributes that say why. Each is in one of the two
    /// queues at any moment, whatever is killed when.
    fn dead_letter(
        &self,
        queue: QueueRef,
        letters: &[(Receipt, Attributes)],
    ) -> impl Future<Output = Result<Settled, BusError>> + Send;

    /// How much waits in the queue.
    fn depth(&self, queue: QueueRef) -> impl Future<Output = Result<Depth, BusError>> + Send;

    /// Looks at up to `limit` messages after a position, oldest first, without receiving them. SQS cannot be looked into: its
    /// dead letters are received for a moment and given back, of its main queues, which count receives, nothing can be seen.
    fn peek(
        &self,
        queue: QueueRef,
        after: Option<Position>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Peeked>, BusError>> + Send;

    /// Deletes everything in the queue, messages in hand included.
    fn purge(&self, queue: QueueRef) -> impl Future<Output = Result<(), BusError>> + Send;
}

/// The bus in use. Clones share it.
#[derive(Clone, Debug)]
pub enum Bus {
    /// Durable, inside this process, in one file.
    Embedded(EmbeddedBus),
    /// SNS and SQS, of AWS or of something that speaks like it.
    Sqs(SqsBus),
}

/// The same call, whichever bus it is.
macro_rules! each {
    ($self:ident, $bus:ident => $call:expr) => {
        match $self {
            Bus::Embedded($bus) => $call,
            Bus::Sqs($bus) => $call,
        }
    };
}

impl From<EmbeddedBus> for Bus {
    fn from(bus: EmbeddedBus) -> Self {
        Self::Embedded(bus)
    }
}

impl From<SqsBus> for Bus {
    fn from(bus: SqsBus) -> Self {
        Self::Sqs(bus)
    }
}

impl Bus {
    /// See [`Broker::publish`].
    pub async fn publish(&self, messages: &[OutgoingMessage]) -> Vec<Result<(), PublishError>> {
        self.publish_after(Duration::ZERO, messages).await
    }

    /// See [`Broker::publish_after`].
    pub async fn publish_after(
        &self,
        delay: Duration,
        messages: &[OutgoingMessage],
    ) -> Vec<Result<(), PublishError>> {
        each!(self, bus => bus.publish_after(delay, messages).await)
    }

    /// See [`Broker::receive`].
    ///
    /// # Errors
    /// [`BusError`] when the bus cannot be asked.
    pub async fn receive(
        &self,
        queue: impl Into<QueueRef>,
        options: ReceiveOptions,
    ) -> Result<Vec<Received>, BusError> {
        each!(self, bus => bus.receive(queue.into(), options).await)
    }

    /// See [`Broker::delete`].
    ///
    /// # Errors
    /// [`BusError`] when the bus cannot be asked.
    pub async fn delete(
        &self,
        queue: impl Into<QueueRef>,
        receipts: &[Receipt],
    ) -> Result<Settled, BusError> {
        each!(self, bus => bus.delete(queue.into(), receipts).await)
    }

    /// See [`Broker::change_visibility`].
    ///
    /// # Errors
    /// [`BusError`] when the bus cannot be asked.
    pub async fn change_visibility(
        &self,
        queue: impl Into<QueueRef>,
        changes: &[(Receipt, Duration)],
    ) -> Result<Settled, BusError> {
        each!(self, bus => bus.change_visibility(queue.into(), changes).await)
    }

    /// See [`Broker::dead_letter`].
    ///
    /// # Errors
    /// [`BusError`] when the bus cannot be asked, did not take the move, or the queue is itself one of dead letters.
    pub async fn dead_letter(
        &self,
        queue: impl Into<QueueRef>,
        letters: &[(Receipt, Attributes)],
    ) -> Result<Settled, BusError> {
        each!(self, bus => bus.dead_letter(queue.into(), letters).await)
    }

    /// See [`Broker::depth`].
    ///
    /// # Errors
    /// [`BusError`] when the bus cannot be asked.
    pub async fn depth(&self, queue: impl Into<QueueRef>) -> Result<Depth, BusError> {
        each!(self, bus => bus.depth(queue.into()).await)
    }

    /// See [`Broker::peek`].
    ///
    /// # Errors
    /// [`BusError`] when the bus cannot be asked, or ([`BusError::Impossible`]) cannot be looked into.
    pub async fn peek(
        &self,
        queue: impl Into<QueueRef>,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Peeked>, BusError> {
        each!(self, bus => bus.peek(queue.into(), after, limit).await)
    }

    /// See [`Broker::purge`].
    ///
    /// # Errors
    /// [`BusError`] when the bus cannot be asked.
    pub async fn purge(&self, queue: impl Into<QueueRef>) -> Result<(), BusError> {
        each!(self, bus => bus.purge(queue.into()).await)
    }

    /// Writes what is still in memory and stops; whatever is called afterwards fails with [`BusError::Closed`].
    pub async fn close(&self) {
        each!(self, bus => bus.close().await)
    }
}
