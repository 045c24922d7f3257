//! What a service is made of, and how it is run: routes, consumers, jobs and the relay of its outbox.
//!
//! A service's `build(config, adapters)` takes [`Adapters`] and gives a [`Service`]; the binary serves its routes and calls
//! [`Service::start`]. Tests drive the same parts step by step instead.

mod job;

use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use futures::future::BoxFuture;
use revcart_messaging::bus::Bus;
use revcart_messaging::consumer::{Consumer, ConsumerOptions, HandlingError, Incoming};
use revcart_messaging::relay::Relay;
use revcart_persistence::{Database, Error as PersistenceError, UnitOfWork, idempotency, inbox};
use revcart_runtime::{Clock, Health, Shutdown, Tasks};

pub use job::{Job, JobError, Progress, Wake};

use crate::auth::Verifier;
use crate::client::Peers;
use crate::shared::Shared;

/// How often old inbox claims and idempotency keys are cleared away, and how many at a time.
const CLEAN_UP_EVERY: Duration = Duration::from_secs(60);
const CLEAN_UP_ROWS: u64 = 2000;
/// How often the pools of connections are looked at.
const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// What a service is given to stand on: chosen once at start, embedded or real.
#[derive(Clone)]
pub struct Adapters {
    /// The time.
    pub clock: Clock,
    /// The service's own database, migrated.
    pub database: Database,
    /// The bus.
    pub bus: Bus,
    /// What its replicas have in common.
    pub shared: Shared,
    /// The other services.
    pub peers: Peers,
    /// Checks tokens.
    pub verifier: Verifier,
    /// Where the service reports its checks.
    pub health: Health,
    /// A folder of the service's own, for files that are no database (mail, images).
    pub files: PathBuf,
}

impl Adapters {
    /// A consumer of the service's queue; `handle` works on [`Consumer::new`]'s terms, with what all handlers of the service
    /// work with.
    pub fn consumer<A, H>(&self, app: &A, handle: H) -> Consumer
    where
        A: Clone + Send + Sync + 'static,
        H: for<'a> Fn(
                &'a A,
                &'a mut UnitOfWork,
                &'a [Incoming],
            ) -> BoxFuture<'a, Result<(), HandlingError>>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        let app = app.clone();
        Consumer::new(
            ConsumerOptions::default(),
            self.database.clone(),
            self.bus.clone(),
            self.clock.clone(),
            move |unit, messages| {
                let (app, handle) = (app.clone(), handle.clone());
                Box::pin(async move { handle(&app, unit, messages).await })
            },
        )
    }
}

/// A service, built and not yet running.
pub struct Service {
    /// Which one.
    pub name: shared_events::Service,
    /// Its routes, without the layers that the server adds.
    pub routes: Router,
    /// Its consumers.
    pub consumers: Vec<Consumer>,
    /// Its timers and executors.
    pub jobs: Vec<Job>,
    /// What it stands on.
    pub adapters: Adapters,
}

impl Service {
    /// Starts relay, consumers, jobs, clean-up and the exchange of news with other replicas in the task set; they end at shutdown
    /// with their work in hand done.
    pub async fn start(&self, tasks: &Tasks, shutdown: &Shutdown) {
        let Adapters {
            clock,
            database,
            bus,
            shared,
            ..
        } = &self.adapters;
        shared.start(tasks, shutdown);
        if let Some(relay) = Relay::new(database.clone(), bus.clone(), clock.clone()).await {
            let shutdown = shutdown.clone();
            tasks.spawn("relay", async move { relay.run(&shutdown).await });
        }
        for consumer in self.consumers.clone() {
            let shutdown = shutdown.clone();
            tasks.spawn("consumer", async move { consumer.run(&shutdown).await });
        }
        for job in self
            .jobs
            .iter()
            .cloned()
            .chain([clean_up(database.clone()), measure(database.clone())])
        {
            let (clock, shutdown) = (clock.clone(), shutdown.clone());
            tasks.spawn("job", async move { job.run(&clock, &shutdown).await });
        }
    }
}

/// Shows how many connections are in use: an exhausted pool is seen before its callers are refused.
fn measure(database: Database) -> Job {
    Job::every("pool gauges", MEASURE_EVERY, move || {
        database.measure();
        Box::pin(async { Ok(Progress::Idle) })
    })
}

/// Keeps the platform's own tables bounded.
fn clean_up(database: Database) -> Job {
    Job::every("clean-up", CLEAN_UP_EVERY, move || {
        let database = database.clone();
        Box::pin(async move {
            let forgotten = database
                .write((), |unit, ()| Box::pin(forget_old(unit)))
                .await?;
            Ok(if forgotten >= CLEAN_UP_ROWS {
                Progress::More
            } else {
                Progress::Idle
            })
        })
    })
}

async fn forget_old(unit: &mut UnitOfWork) -> Result<u64, PersistenceError> {
    let claims = inbox::forget_old(unit, CLEAN_UP_ROWS).await?;
    let answers = idempotency::forget_old(unit, CLEAN_UP_ROWS).await?;
    Ok(claims.max(answers))
}
