//! Starting a service under test.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use futures::future::BoxFuture;
use revcart_http_edge::Shared;
use revcart_http_edge::client::Peers;
use revcart_http_edge::host::{self, Adapters};
use revcart_http_edge::server::{self, EdgeOptions};
use revcart_messaging::bus::Bus;
use revcart_messaging::embedded::{EmbeddedBus, Options as BusOptions};
use revcart_persistence::testing::Place;
use revcart_persistence::{Database, Error, Schema};
use revcart_runtime::{Clock, Health, Shutdown, telemetry};
use shared_events::{Service, Timestamp};
use tempfile::TempDir;

use crate::actors::{Actors, Keys};
use crate::service::TestService;
use crate::{START, logs};

type Migrate = fn(&Database) -> BoxFuture<'_, Result<(), Error>>;

/// What a service is started on: everything is new and belongs to this test alone.
pub struct Fixture {
    service: Service,
    migrate: Migrate,
    peers: Vec<(Service, Router)>,
    start_at: Timestamp,
}

/// What outlives a restart of the service: files, bus, time, keys.
#[derive(Clone)]
pub(crate) struct Ground {
    pub(crate) directory: Arc<TempDir>,
    pub(crate) place: Arc<Place>,
    pub(crate) bus: Bus,
    pub(crate) clock: Clock,
    pub(crate) keys: Keys,
    pub(crate) actors: Actors,
    pub(crate) peers: Peers,
}

impl Fixture {
    /// A fixture for `service`, whose tables are those of `M`.
    pub fn new<M: Schema + 'static>(service: Service) -> Self {
        Self {
            service,
            migrate: |database| Box::pin(database.migrate::<M>()),
            peers: Vec::new(),
            start_at: START,
        }
    }

    /// Answers calls to `service` by `router`: a [`crate::Stub`], or any other.
    #[must_use]
    pub fn peer(mut self, service: Service, router: Router) -> Self {
        self.peers.push((service, router));
        self
    }

    /// Starts the clock at another time than [`START`].
    #[must_use]
    pub fn at(mut self, start: Timestamp) -> Self {
        self.start_at = start;
        self
    }

    /// Builds the service on a migrated database, an embedded bus and a manual clock. Nothing of it runs by itself.
    ///
    /// # Panics
    /// If `build` fails.
    pub async fn start(
        self,
        build: impl AsyncFnOnce(Adapters) -> anyhow::Result<host::Service>,
    ) -> TestService {
        logs::show();
        // First of all, so that no metric is lost.
        telemetry::metrics();
        let clock = Clock::manual(self.start_at);
        let keys = Keys::generate(clock.clone());
        let bus = EmbeddedBus::open(BusOptions::temporary(), clock.clone())
            .await
            .expect("an embedded bus in a temporary directory");
        let peers = Peers::in_memory(clock.clone());
        for (service, router) in self.peers {
            peers.provide(service, router);
        }
        let ground = Ground {
            directory: Arc::new(tempfile::tempdir().expect("a temporary directory")),
            place: Arc::new(Place::make(self.service).await),
            bus: Bus::from(bus),
            actors: keys.actors(),
            peers,
            clock,
            keys,
        };
        start_on(ground, self.service, Some(self.migrate), build).await
    }
}

/// Starts `service` on what is there, migrating first if told to.
pub(crate) async fn start_on(
    ground: Ground,
    service: Service,
    migrate: Option<Migrate>,
    build: impl AsyncFnOnce(Adapters) -> anyhow::Result<host::Service>,
) -> TestService {
    let database = ground.place.open(service, ground.clock.clone()).await;
    if let Some(migrate) = migrate {
        migrate(&database)
            .await
            .expect("migrations of an empty database");
    }
    let verifier = ground.keys.verifier();
    let adapters = Adapters {
        clock: ground.clock.clone(),
        database,
        bus: ground.bus.clone(),
        shared: Shared::Memory,
        peers: ground.peers.acting_as(ground.keys.service_tokens(service)),
        verifier: verifier.clone(),
        health: Health::new(),
        files: files(ground.directory.path()),
    };
    let built = build(adapters)
        .await
        .unwrap_or_else(|error| panic!("{} does not build: {error:#}", service.name()));
    let options = EdgeOptions::new(verifier, ground.clock.clone(), Shutdown::new());
    built.adapters.health.set_ready(true);
    let router = server::edge(
        service,
        built.routes.clone(),
        &built.adapters.health,
        options,
    );
    TestService::new(ground, built, router).await
}

fn files(directory: &Path) -> std::path::PathBuf {
    let files = directory.join("files");
    std::fs::create_dir_all(&files).expect("a directory in a temporary directory");
    files
}
