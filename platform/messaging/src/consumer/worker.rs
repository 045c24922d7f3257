//! The loop itself: receive, work, receive again.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use revcart_persistence::{Database, UnitOfWork};
use revcart_runtime::{Clock, Shutdown};
use shared_events::Service;

use super::batch::Acknowledging;
use super::incoming::Readable;
use super::{ConsumerOptions, HandlingError, Incoming, Work};
use crate::bus::{Bus, BusError, ReceiveOptions, Received};

/// The pause after a receive that failed.
const RECEIVE_PAUSE: Duration = Duration::from_secs(1);

pub(super) type Handler<E> = dyn for<'a> Fn(&'a mut UnitOfWork, &'a [Incoming<E>]) -> BoxFuture<'a, Result<(), HandlingError>>
    + Send
    + Sync;

/// Consumes one queue, reading its messages as `E`.
pub(super) struct Worker<E> {
    pub(super) service: Service,
    pub(super) options: ConsumerOptions,
    pub(super) database: Database,
    pub(super) bus: Bus,
    pub(super) clock: Clock,
    pub(super) handler: Arc<Handler<E>>,
}

impl<E: Readable> Worker<E> {
    pub(super) fn new(
        options: ConsumerOptions,
        database: Database,
        bus: Bus,
        clock: Clock,
        handler: Arc<Handler<E>>,
    ) -> Self {
        Self {
            service: database.service(),
            options,
            database,
            bus,
            clock,
            handler,
        }
    }

    async fn run_until(&self, shutdown: &Shutdown) {
        match self.bus {
            Bus::Embedded(_) => self.run_in_turn(shutdown).await,
            Bus::Sqs(_) => self.run_ahead(shutdown).await,
        }
    }

    /// Receives, works, acknowledges, one after the other.
    async fn run_in_turn(&self, shutdown: &Shutdown) {
        while !shutdown.is_requested() {
            let received = tokio::select! {
                received = self.receive(self.options.batch, self.options.wait) => received,
                () = shutdown.requested() => break,
            };
            match received {
                Ok(received) if received.is_empty() => {}
                Ok(received) => {
                    self.work(received, None, &Acknowledging::Now, shutdown)
                        .await;
                }
                Err(error) => tokio::select! {
                    () = self.pause_after(&error) => {}
                    () = shutdown.requested() => {}
                },
            }
        }
    }

    async fn once(&self) -> Result<usize, BusError> {
        let received = self.receive(self.options.batch, Duration::ZERO).await?;
        let count = received.len();
        if count > 0 {
            self.work(received, None, &Acknowledging::Now, &Shutdown::new())
                .await;
        }
        Ok(count)
    }

    pub(super) async fn pause_after(&self, error: &BusError) {
        tracing::warn!(queue = self.service.name(), %error, "cannot receive; trying again");
        self.clock.sleep(RECEIVE_PAUSE).await;
    }

    pub(super) async fn receive(
        &self,
        max: usize,
        wait: Duration,
    ) -> Result<Vec<Received>, BusError> {
        let options = ReceiveOptions {
            max,
            wait,
            visibility: self.options.visibility,
        };
        self.bus.receive(self.service, options).await
    }
}

impl<E: Readable> Work for Worker<E> {
    fn run<'a>(&'a self, shutdown: &'a Shutdown) -> BoxFuture<'a, ()> {
        self.run_until(shutdown).boxed()
    }

    fn step(&self) -> BoxFuture<'_, Result<usize, BusError>> {
        self.once().boxed()
    }
}
