//! The embedded broker: SNS and SQS as this system needs them, durable, inside one process.
//!
//! Reading order: [`EmbeddedBus`] and behind it `publish`, `receive`, `acknowledge` (what callers do), `queue` (one queue's
//! bookkeeping, pure), `mailbox` (what waits to be written), `writer` (the storage thread), `reader` (bodies read back),
//! `schema` and `content` (the file), `storage` (opening and closing), `routes` (topology), [`Inspector`] (looking in from
//! outside), [`Faults`]. The crate's README has the design.

mod acknowledge;
mod content;
mod error;
mod faults;
mod inspect;
mod mailbox;
mod options;
mod publish;
mod queue;
mod reader;
mod receive;
mod routes;
mod schema;
mod shared;
mod storage;
mod stored;
mod writer;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use revcart_runtime::Clock;
use shared_events::Attributes;
use tokio::sync::oneshot;

pub use error::OpenError;
pub(crate) use faults::Dice;
pub use faults::{FAULT_DELAY, FAULT_DELAY_MAX, FAULT_DUPLICATE, FAULT_SEED, Faults, SETTINGS};
pub use inspect::Inspector;
pub use options::{Durability, Location, Options};

use crate::bus::{
    Broker, BusError, Depth, OutgoingMessage, Peeked, Position, PublishError, QueueRef, Receipt,
    ReceiveOptions, Received, Settled,
};
use content::Page;
use mailbox::{Answer, Job};
use queue::Oldest;
use reader::Request;
use routes::number;
use shared::{Life, Shared};
use storage::Storage;

/// A durable broker in one file. Clones share it; dropping the last one writes what is still in memory and ends it.
#[derive(Clone)]
pub struct EmbeddedBus {
    storage: Arc<Storage>,
}

impl fmt::Debug for EmbeddedBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmbeddedBus({})", self.path().display())
    }
}

impl EmbeddedBus {
    /// Opens the broker; whatever its file holds is visible again.
    ///
    /// # Errors
    /// [`OpenError`], among others when another process owns the file.
    pub async fn open(options: Options, clock: Clock) -> Result<Self, OpenError> {
        let storage = Arc::new(storage::start(options, clock).await?);
        Ok(Self { storage })
    }

    /// Looks into a broker's file, owned by somebody or not.
    ///
    /// # Errors
    /// [`OpenError`] when there is no such file or it cannot be read.
    pub fn inspect(path: impl AsRef<Path>, clock: Clock) -> Result<Inspector, OpenError> {
        Inspector::open(path.as_ref().to_owned(), clock)
    }

    /// Writes what is still in memory and frees the file; whatever is called afterwards fails.
    pub async fn close(&self) {
        self.shared().close();
        let mut life = self.shared().life.subscribe();
        // It can only fail for want of a sender, and that one is ours.
        let _ = life.wait_for(|life| *life == Life::Closed).await;
    }

    /// The file that holds the messages.
    pub fn path(&self) -> &Path {
        &self.storage.path
    }

    fn shared(&self) -> &Shared {
        &self.storage.shared
    }

    fn check_open(&self) -> Result<(), BusError> {
        if self.shared().is_open() {
            Ok(())
        } else {
            Err(BusError::Closed)
        }
    }

    /// Has the storage thread do something; the future waits until it is written, which happens with or without it.
    fn have_written<J>(&self, job: J) -> impl Future<Output = Result<(), BusError>> + Send + use<J>
    where
        J: FnOnce(Answer) -> Job,
    {
        let (answer, done) = oneshot::channel();
        self.shared().mailbox.put(job(answer));
        async move {
            match done.await {
                Ok(outcome) => outcome.map_err(BusError::Unavailable),
                Err(_) => Err(BusError::Closed),
            }
        }
    }

    async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<Result<T, String>>) -> Request,
    ) -> Result<T, BusError> {
        let (answer, answered) = oneshot::channel();
        self.shared()
            .requests
            .send(request(answer))
            .map_err(|_| BusError::Closed)?;
        match answered.await {
            Ok(outcome) => outcome.map_err(BusError::Unavailable),
            Err(_) => Err(BusError::Closed),
        }
    }
}

impl Broker for EmbeddedBus {
    async fn publish_after(
        &self,
        delay: Duration,
        messages: &[OutgoingMessage],
    ) -> Vec<Result<(), PublishError>> {
        publish::publish(self.shared(), delay, messages).await
    }

    async fn receive(
        &self,
        queue: QueueRef,
        options: ReceiveOptions,
    ) -> Result<Vec<Received>, BusError> {
        self.receive_from(queue, options).await
    }

    async fn delete(&self, queue: QueueRef, receipts: &[Receipt]) -> Result<Settled, BusError> {
        self.delete_held(queue, receipts)
    }

    async fn change_visibility(
        &self,
        queue: QueueRef,
        changes: &[(Receipt, Duration)],
    ) -> Result<Settled, BusError> {
        self.hide_held(queue, changes)
    }

    async fn dead_letter(
        &self,
        queue: QueueRef,
        letters: &[(Receipt, Attributes)],
    ) -> Result<Settled, BusError> {
        self.give_up_held(queue, letters).await
    }

    async fn depth(&self, queue: QueueRef) -> Result<Depth, BusError> {
        self.check_open()?;
        let now = self.shared().clock.now();
        let (count, oldest) = {
            let state = self.shared().queue(queue).state();
            (state.count(now), state.oldest())
        };
        let sent_at = match oldest {
            None => None,
            Some(Oldest::SentAt(sent_at)) => Some(sent_at),
            Some(Oldest::Stored(seq)) => self.ask(|answer| Request::SentAt { seq, answer }).await?,
        };
        Ok(Depth {
            visible: count.visible as u64,
            in_flight: count.in_flight as u64,
            delayed: count.delayed as u64,
            oldest: sent_at.map(|sent_at| now - sent_at),
        })
    }

    async fn peek(
        &self,
        queue: QueueRef,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Peeked>, BusError> {
        self.have_written(|answer| Job::Flush { answer }).await?;
        let page = Page {
            queue,
            after,
            limit,
        };
        self.ask(|answer| Request::Page { page, answer }).await
    }

    async fn purge(&self, queue: QueueRef) -> Result<(), BusError> {
        self.have_written(|answer| Job::Purge {
            queue: number(queue),
            answer,
        })
        .await
    }
}
