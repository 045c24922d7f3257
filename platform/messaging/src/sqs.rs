//! The bus of SNS and SQS: AWS, or whatever `AWS_ENDPOINT_URL` names that speaks like it.
//!
//! Reading order: [`SqsBus`]; `publish`, `receive`, `settle` (what becomes of messages in hand) and `inspect` behind it;
//! `batches` (what fits into one request), `wire` (messages as SQS has them), `receipts`; [`Options`], `clients` and
//! `directory` (connecting, and where things are), `failure` (what AWS says when it does not do it); [`topology`] (making
//! topics and queues, and comparing them with the declaration). The only place that knows `aws_sdk_*`.

mod batches;
mod clients;
mod directory;
mod failure;
mod inspect;
mod open_error;
mod options;
mod publish;
mod receipts;
mod receive;
mod settle;
pub mod topology;
mod wire;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use revcart_runtime::Shutdown;
use shared_events::Attributes;

pub use open_error::OpenError;
pub use options::{Options, RESOURCE_PREFIX, SETTINGS};
pub(crate) use receipts::Held;

use crate::bus::{
    Broker, BusError, Depth, OutgoingMessage, Peeked, Position, PublishError, QueueRef, Receipt,
    ReceiveOptions, Received, Settled,
};
use crate::embedded::{Dice, Faults};
use clients::Clients;
use directory::Directory;
use receipts::Ledgers;
use receive::Busy;

/// Requests of one call at the same time, at the most.
const PARALLEL: usize = 8;

/// SNS and SQS. Clones share connections.
#[derive(Clone)]
pub struct SqsBus {
    inner: Arc<Inner>,
}

struct Inner {
    clients: Clients,
    directory: Directory,
    ledgers: Ledgers,
    busy: Busy,
    /// Decides what goes wrong on purpose, in tests.
    dice: Option<Mutex<Dice>>,
    closed: Shutdown,
}

impl fmt::Debug for SqsBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqsBus({})", self.inner.clients.whereabouts())
    }
}

impl SqsBus {
    /// Connects and finds the topics and queues that `options.services` need; it makes none ([`topology::apply`] does).
    /// Region, credentials and endpoint come from where the tools of AWS look for them (`AWS_REGION`, `AWS_PROFILE`,
    /// `AWS_ENDPOINT_URL`, the machine's role …).
    ///
    /// # Errors
    /// [`OpenError`], one line that names the setting or resource and what to do.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let clients = Clients::connect().await?;
        let directory = Directory::find(&clients, &options).await?;
        Ok(Self::assemble(clients, directory, options.faults))
    }

    fn assemble(clients: Clients, directory: Directory, faults: Faults) -> Self {
        Self {
            inner: Arc::new(Inner {
                clients,
                directory,
                ledgers: Ledgers::default(),
                busy: Busy::default(),
                dice: faults.dice(0).map(Mutex::new),
                closed: Shutdown::new(),
            }),
        }
    }

    /// Ends waiting receives; whatever is called afterwards fails. Nothing is kept in memory, so nothing is lost.
    pub async fn close(&self) {
        self.inner.closed.trigger();
    }

    fn check_open(&self) -> Result<(), BusError> {
        if self.inner.closed.is_requested() {
            Err(BusError::Closed)
        } else {
            Ok(())
        }
    }

    /// Where the queue is; it is looked up once.
    async fn url(&self, queue: QueueRef) -> Result<&str, BusError> {
        self.check_open()?;
        let Inner {
            clients, directory, ..
        } = &*self.inner;
        directory
            .url(clients, queue)
            .await
            .map_err(|error| BusError::Unavailable(error.to_string()))
    }
}

impl Broker for SqsBus {
    async fn publish_after(
        &self,
        delay: Duration,
        messages: &[OutgoingMessage],
    ) -> Vec<Result<(), PublishError>> {
        self.publish_all(delay, messages).await
    }

    async fn receive(
        &self,
        queue: QueueRef,
        options: ReceiveOptions,
    ) -> Result<Vec<Received>, BusError> {
        let closed = self.inner.closed.clone();
        tokio::select! {
            received = self.receive_from(queue, options) => received,
            () = closed.requested() => Err(BusError::Closed),
        }
    }

    async fn delete(&self, queue: QueueRef, receipts: &[Receipt]) -> Result<Settled, BusError> {
        self.delete_held(queue, receipts).await
    }

    async fn change_visibility(
        &self,
        queue: QueueRef,
        changes: &[(Receipt, Duration)],
    ) -> Result<Settled, BusError> {
        self.hide_held(queue, changes).await
    }

    async fn dead_letter(
        &self,
        queue: QueueRef,
        letters: &[(Receipt, Attributes)],
    ) -> Result<Settled, BusError> {
        self.give_up_held(queue, letters).await
    }

    async fn depth(&self, queue: QueueRef) -> Result<Depth, BusError> {
        self.count(queue).await
    }

    async fn peek(
        &self,
        queue: QueueRef,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Peeked>, BusError> {
        self.look_into(queue, after, limit).await
    }

    async fn purge(&self, queue: QueueRef) -> Result<(), BusError> {
        self.empty(queue).await
    }
}

#[cfg(test)]
mod tests;
