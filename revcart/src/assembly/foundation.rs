//! What services stand on in this process: a folder of databases, the bus, the clock, tokens and calls.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use revcart_http_edge::auth::{KeySource, ServiceTokens, ServiceTrust, Signer, Verifier};
use revcart_http_edge::client::Peers;
use revcart_http_edge::host::Adapters;
use revcart_messaging::EmbeddedBus;
use revcart_messaging::bus::Bus;
use revcart_messaging::embedded::{self, Faults};
use revcart_persistence::{Database, Durability, Options};
use revcart_runtime::{Clock, Environment, Health};
use sea_orm_migration::MigratorTrait;
use shared_events::Service;

/// A folder with the databases of all services and the broker's.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) dir: PathBuf,
    pub(crate) durability: Durability,
}

/// Where `service` keeps its embedded database.
pub(crate) fn database_file(dir: &Path, service: Service) -> PathBuf {
    dir.join(format!("{}.db", service.short()))
}

/// Where the embedded broker keeps its messages.
pub(crate) fn broker_file(dir: &Path) -> PathBuf {
    dir.join("broker.db")
}

impl Stored {
    async fn open(&self, service: Service, clock: &Clock) -> anyhow::Result<Database> {
        let options = Options {
            durability: self.durability,
            ..Options::file(database_file(&self.dir, service))
        };
        Ok(Database::open(&options, clock.clone(), service).await?)
    }

    pub(crate) async fn migrate<M: MigratorTrait>(&self, service: Service) -> anyhow::Result<()> {
        let database = self.open(service, &Clock::system()).await?;
        let migrated = database.migrate::<M>().await;
        database.close().await;
        migrated.with_context(|| format!("the database of {} cannot be migrated", service.name()))
    }

    pub(crate) async fn check_schema<M: MigratorTrait>(
        &self,
        service: Service,
    ) -> anyhow::Result<()> {
        let database = Database::inspect(&database_file(&self.dir, service), service).await?;
        let checked = database.check_schema::<M>().await;
        database.close().await;
        Ok(checked?)
    }
}

/// What every service of this process gets its part of.
pub(crate) struct Foundation {
    pub(crate) env: Environment,
    pub(crate) stored: Stored,
    pub(crate) clock: Clock,
    pub(crate) bus: Bus,
    pub(crate) peers: Peers,
    pub(crate) verifier: Verifier,
    pub(crate) health: Health,
    trust: ServiceTrust,
    migrates: bool,
}

impl Foundation {
    /// Opens the broker. `migrates`: whether services may bring their schema up to date themselves (only `up` does).
    pub(crate) async fn lay(
        env: Environment,
        stored: Stored,
        migrates: bool,
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&stored.dir)
            .with_context(|| format!("cannot make the data folder {}", stored.dir.display()))?;
        let clock = Clock::system();
        let options = embedded::Options {
            durability: match stored.durability {
                Durability::Full => embedded::Durability::Full,
                Durability::Relaxed => embedded::Durability::Relaxed,
            },
            faults: Faults::from_env(&env)?,
            ..embedded::Options::file(broker_file(&stored.dir))
        };
        let bus = Bus::from(EmbeddedBus::open(options, clock.clone()).await?);
        let peers = Peers::in_memory(clock.clone());
        let trust = ServiceTrust::new();
        let verifier = Verifier::new(
            KeySource::Peer(peers.peer(Service::User)),
            trust.clone(),
            clock.clone(),
        );
        Ok(Self {
            env,
            stored,
            clock,
            bus,
            peers,
            verifier,
            health: Health::new(),
            trust,
            migrates,
        })
    }

    /// What `service` is given: its own database, and a key by which the others know it.
    pub(crate) async fn adapters<M: MigratorTrait>(
        &self,
        service: Service,
    ) -> anyhow::Result<Adapters> {
        let database = self.stored.open(service, &self.clock).await?;
        if self.migrates {
            database.migrate::<M>().await.with_context(|| {
                format!("the database of {} cannot be migrated", service.name())
            })?;
        }
        database.check_schema::<M>().await?;
        let signer = Signer::generate();
        self.trust
            .trust(service, signer.jwk())
            .with_context(|| format!("the key of {} is taken", service.name()))?;
        watch(&self.health, &database);
        Ok(Adapters {
            clock: self.clock.clone(),
            database,
            bus: self.bus.clone(),
            peers: self
                .peers
                .acting_as(ServiceTokens::new(service, signer, self.clock.clone())),
            verifier: self.verifier.clone(),
            health: self.health.clone(),
            files: self.stored.dir.join(service.short()),
        })
    }
}

/// Readiness looks whether the database still takes writes.
fn watch(health: &Health, database: &Database) {
    let watched = Arc::new(database.clone());
    health.register(
        format!("{} database", database.service().short()),
        move || {
            let database = Arc::clone(&watched);
            Box::pin(async move {
                let written = database
                    .write((), |_unit, ()| {
                        Box::pin(async { Ok::<(), revcart_persistence::Error>(()) })
                    })
                    .await;
                written.map_err(|error| error.to_string())
            })
        },
    );
}
