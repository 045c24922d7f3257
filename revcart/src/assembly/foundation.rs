//! What services stand on in this process: databases, the bus, what replicas share, the clock, tokens and calls.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use revcart_http_edge::Shared;
use revcart_http_edge::auth::{KeySource, ServiceTokens, ServiceTrust, Signer, Verifier, keyring};
use revcart_http_edge::client::{Addresses, Peers};
use revcart_http_edge::host::Adapters;
use revcart_messaging::bus::Bus;
use revcart_persistence::{Database, Schema};
use revcart_runtime::{Clock, Environment, Health};
use shared_events::Service;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::backends::Backends;

/// How long what the bus said last holds: many probes of us are few of its requests.
const BUS_GOOD_FOR: Duration = Duration::from_secs(1);

/// What every service of this process gets its part of.
pub(crate) struct Foundation {
    pub(crate) env: Environment,
    pub(crate) backends: Backends,
    pub(crate) clock: Clock,
    pub(crate) bus: Bus,
    pub(crate) shared: Shared,
    pub(crate) peers: Peers,
    pub(crate) verifier: Verifier,
    pub(crate) health: Health,
    keys: Keys,
}

/// By which keys the services of this process are known.
enum Keys {
    /// Each service's is made now: nobody else needs to know them. Schemas are brought up to date as well.
    Together(ServiceTrust),
    /// The one service's own.
    Alone(Box<Signer>),
}

impl Foundation {
    /// For all services in this process: they call each other in memory, and may bring their schemas up to date themselves.
    pub(crate) async fn together(backends: Backends) -> anyhow::Result<Self> {
        let clock = Clock::system();
        let (peers, trust) = (Peers::in_memory(clock.clone()), ServiceTrust::new());
        let keys = Keys::Together(trust.clone());
        Self::lay(backends, &Service::ALL, clock, peers, (trust, keys)).await
    }

    /// For one service in a process of its own, which calls the others over HTTP.
    pub(crate) async fn alone(backends: Backends, service: Service) -> anyhow::Result<Self> {
        let clock = Clock::system();
        let (signer, trust) = keyring::read(&backends.env, service)?;
        let peers = Peers::http(Addresses::from_env(&backends.env)?, clock.clone());
        Self::lay(
            backends,
            &[service],
            clock,
            peers,
            (trust, Keys::Alone(Box::new(signer))),
        )
        .await
    }

    async fn lay(
        backends: Backends,
        services: &[Service],
        clock: Clock,
        peers: Peers,
        (trust, keys): (ServiceTrust, Keys),
    ) -> anyhow::Result<Self> {
        backends.make_folder(services)?;
        let env = backends.env.clone();
        let shared = Shared::from_env(&env).await?;
        let bus = backends.bus(services, &clock).await?;
        let verifier = Verifier::new(
            KeySource::Peer(peers.peer(Service::User)),
            trust,
            clock.clone(),
        );
        let health = Health::new();
        if let Some(service) = services.first() {
            watch_bus(&health, &bus, *service);
        }
        Ok(Self {
            env,
            backends,
            clock,
            bus,
            shared,
            peers,
            verifier,
            health,
            keys,
        })
    }

    /// What `service` is given: its own database, and a key by which the others know it.
    pub(crate) async fn adapters<M: Schema>(&self, service: Service) -> anyhow::Result<Adapters> {
        let database = self.backends.open(service, &self.clock).await?;
        let signer = match &self.keys {
            Keys::Alone(signer) => Signer::clone(signer),
            Keys::Together(trust) => {
                database.migrate::<M>().await.with_context(|| {
                    format!("the database of {} cannot be migrated", service.name())
                })?;
                let signer = Signer::generate();
                trust
                    .trust(service, signer.jwk())
                    .with_context(|| format!("the key of {} is taken", service.name()))?;
                signer
            }
        };
        database.check_schema::<M>().await?;
        watch_database(&self.health, &database);
        let tokens = ServiceTokens::new(service, signer, self.clock.clone());
        Ok(Adapters {
            clock: self.clock.clone(),
            database,
            bus: self.bus.clone(),
            shared: self.shared.clone(),
            peers: self.peers.acting_as(tokens),
            verifier: self.verifier.clone(),
            health: self.health.clone(),
            files: self.backends.dir.join(service.short()),
        })
    }
}

/// Readiness looks whether the database still takes writes.
fn watch_database(health: &Health, database: &Database) {
    let watched = Arc::new(database.clone());
    health.register(
        format!("{} database", database.service().short()),
        move || {
            let database = Arc::clone(&watched);
            Box::pin(async move {
                let checked = database.check().await;
                checked.map_err(|error| revcart_runtime::error_chain(&error))
            })
        },
    );
}

type LastWord = Option<(Instant, Result<(), String>)>;

/// Readiness looks whether the bus can still be asked, by asking for the depth of this service's queue.
fn watch_bus(health: &Health, bus: &Bus, service: Service) {
    let last: Arc<Mutex<LastWord>> = Arc::default();
    let bus = bus.clone();
    health.register("bus", move || {
        let (bus, last) = (bus.clone(), Arc::clone(&last));
        Box::pin(async move {
            let mut last = last.lock().await;
            if let Some((at, word)) = &*last
                && at.elapsed() < BUS_GOOD_FOR
            {
                return word.clone();
            }
            let word = bus.depth(service).await;
            let word = word.map(drop).map_err(|error| error.to_string());
            *last = Some((Instant::now(), word.clone()));
            word
        })
    });
}
