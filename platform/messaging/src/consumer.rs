//! The consumer loop: takes from a queue what can be worked on, handles a whole receive in one transaction, acknowledges once.
//!
//! Reading order: [`Consumer`] (what a service makes), `worker` (the loop), `ahead` (the same
//! for a bus that is far away: receiving and acknowledging while a batch is handled), `batch` (one receive: decode, claim, handle,
//! commit, acknowledge; one by one after a failure), [`Incoming`] and [`HandlingError`] (what a handler sees and says),
//! `lease` (keeping messages invisible while they are worked on).
//!
//! A handler runs inside the unit of work that claims its messages: its effect, the claim and the messages it sends are
//! committed together. It never acknowledges anything itself.

mod ahead;
mod batch;
mod incoming;
mod lease;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use revcart_persistence::{Database, UnitOfWork};
use revcart_runtime::{Clock, Shutdown};
use shared_events::{Envelope, RawEnvelope};

pub use incoming::{HandlingError, Incoming};

use crate::bus::{Bus, BusError};
use worker::Worker;

/// How a consumer works.
#[derive(Debug, Clone, Copy)]
pub struct ConsumerOptions {
    /// Messages in one transaction at the most.
    pub batch: usize,
    /// How long received messages stay invisible before their lease is renewed or they come again.
    pub visibility: Duration,
    /// How long one receive may be worked on, renewals included.
    pub lease_cap: Duration,
    /// How long one receive waits for a message.
    pub wait: Duration,
}

impl Default for ConsumerOptions {
    fn default() -> Self {
        Self {
            batch: 128,
            visibility: Duration::from_secs(30),
            lease_cap: Duration::from_secs(300),
            wait: Duration::from_secs(10),
        }
    }
}

/// The consumer of one service's queue.
#[derive(Clone)]
pub struct Consumer(Arc<dyn Work>);

/// A worker whose kind of message is forgotten.
trait Work: Send + Sync {
    fn run<'a>(&'a self, shutdown: &'a Shutdown) -> BoxFuture<'a, ()>;
    fn step(&self) -> BoxFuture<'_, Result<usize, BusError>>;
}

impl Consumer {
    /// A consumer of `database`'s service. `handler` gets the messages that were not handled before, in the order received,
    /// and does three things: load, apply, append. It may run again for the same messages after a roll-back. Messages that
    /// this program does not know become dead letters.
    pub fn new<H>(
        options: ConsumerOptions,
        database: Database,
        bus: Bus,
        clock: Clock,
        handler: H,
    ) -> Self
    where
        H: for<'a> Fn(
                &'a mut UnitOfWork,
                &'a [Incoming],
            ) -> BoxFuture<'a, Result<(), HandlingError>>
            + Send
            + Sync
            + 'static,
    {
        Self(Arc::new(Worker::<Envelope>::new(
            options,
            database,
            bus,
            clock,
            Arc::new(handler),
        )))
    }

    /// The same for who keeps every message as it came, known or not: an event log.
    pub fn raw<H>(
        options: ConsumerOptions,
        database: Database,
        bus: Bus,
        clock: Clock,
        handler: H,
    ) -> Self
    where
        H: for<'a> Fn(
                &'a mut UnitOfWork,
                &'a [Incoming<RawEnvelope>],
            ) -> BoxFuture<'a, Result<(), HandlingError>>
            + Send
            + Sync
            + 'static,
    {
        Self(Arc::new(Worker::<RawEnvelope>::new(
            options,
            database,
            bus,
            clock,
            Arc::new(handler),
        )))
    }

    /// Consumes until shutdown; the batch in hand is finished.
    pub async fn run(&self, shutdown: &Shutdown) {
        self.0.run(shutdown).await;
    }

    /// Handles what waits in the queue now, one receive; returns how many messages it took.
    ///
    /// # Errors
    /// [`BusError`] when the bus cannot be asked.
    pub async fn step(&self) -> Result<usize, BusError> {
        self.0.step().await
    }
}
