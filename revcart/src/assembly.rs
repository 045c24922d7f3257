//! How a process is put together: databases, bus, tokens and calls, handed to each service; the services behind one edge.
//!
//! The only place that knows all eight services. `backends` says where data and messages are, `foundation` opens what
//! services stand on, `gauges` watches the queues, `demo` fills a first start with something to look at.

mod backends;
mod demo;
mod foundation;
mod gauges;

use std::collections::BTreeMap;

use anyhow::Context;
use axum::Router;
use revcart_http_edge::host::Service;
use revcart_http_edge::openapi;
use revcart_http_edge::server::{Edge, EdgeOptions, RATE_LIMITS};
use revcart_messaging::{embedded, sqs};
use revcart_runtime::config::Setting;
use revcart_runtime::{Clock, Environment, Shutdown, Tasks, telemetry};

pub(crate) use backends::{Backends, Carrier};
pub(crate) use foundation::Foundation;

/// One service or all of them, built and behind the edge; not yet running.
pub(crate) struct Assembly {
    pub(crate) foundation: Foundation,
    pub(crate) services: Vec<Service>,
    pub(crate) routes: Router,
}

/// Runs `$each!(Service::Name, crate)` for all eight; the one list of services and their crates.
macro_rules! each_service {
    ($each:ident) => {
        $each!(shared_events::Service::User, user_service);
        $each!(shared_events::Service::Product, product_service);
        $each!(shared_events::Service::Cart, cart_service);
        $each!(shared_events::Service::Order, order_service);
        $each!(shared_events::Service::Payment, payment_service);
        $each!(shared_events::Service::Notification, notification_service);
        $each!(shared_events::Service::Delivery, delivery_service);
        $each!(shared_events::Service::Analytics, analytics_service);
    };
}

impl Assembly {
    /// Builds `wanted` on this foundation.
    pub(crate) async fn build(
        foundation: Foundation,
        wanted: &[shared_events::Service],
        shutdown: &Shutdown,
    ) -> anyhow::Result<Self> {
        let mut services = Vec::new();
        macro_rules! build {
            ($service:expr, $name:ident) => {
                if wanted.contains(&$service) {
                    let config = $name::Config::from_env(&foundation.env)?;
                    let adapters = foundation.adapters::<$name::Migrator>($service).await?;
                    let built = $name::build(config, adapters).await;
                    services.push(
                        built.with_context(|| format!("{} cannot be built", $service.name()))?,
                    );
                }
            };
        }
        each_service!(build);
        let routes = open(&foundation, &services, shutdown)?;
        Ok(Self {
            foundation,
            services,
            routes,
        })
    }

    /// Fills empty databases with the demo catalogue, agents and logins.
    pub(crate) async fn seed_demo(&self) -> anyhow::Result<bool> {
        let Foundation { env, clock, .. } = &self.foundation;
        let mut seeded = false;
        for service in &self.services {
            seeded |= demo::seed(&service.adapters.database, clock, env).await?;
        }
        Ok(seeded)
    }

    /// Whether logins with a well-known password exist.
    pub(crate) async fn has_demo_logins(&self) -> anyhow::Result<bool> {
        demo::logins_present(&self.services).await
    }

    /// Starts relays, consumers, jobs and gauges.
    pub(crate) async fn start(&self, tasks: &Tasks, shutdown: &Shutdown) {
        for service in &self.services {
            service.start(tasks, shutdown).await;
        }
        let (job, clock, until) = (
            gauges::job(self.foundation.bus.clone()),
            self.foundation.clock.clone(),
            shutdown.clone(),
        );
        tasks.spawn("gauges", async move { job.run(&clock, &until).await });
        self.foundation.health.set_ready(true);
    }

    /// Closes databases and bus, after everything that uses them has ended.
    pub(crate) async fn close(&self) {
        self.foundation.peers.withdraw_all();
        for service in &self.services {
            service.adapters.database.close().await;
        }
        self.foundation.bus.close().await;
    }
}

/// Every service's routes behind one edge; each also answers the calls of the others.
fn open(
    foundation: &Foundation,
    services: &[Service],
    shutdown: &Shutdown,
) -> anyhow::Result<Router> {
    let mut options = EdgeOptions::from_env(
        &foundation.env,
        foundation.verifier.clone(),
        foundation.clock.clone(),
        shutdown.clone(),
    )?;
    options.shared = foundation.shared.clone();
    let served: Vec<_> = services.iter().map(|service| service.name).collect();
    let edge = Edge::new(options).with_pages(openapi::pages(&document(&served)));
    let mut routers = Vec::new();
    for service in services {
        let router = edge.around(service.name, service.routes.clone());
        foundation.peers.provide(service.name, router.clone());
        routers.push(router);
    }
    Ok(edge.open("revcart", routers, &foundation.health))
}

/// The OpenAPI document of these services: of one its own, of several one of all.
pub(crate) fn document(wanted: &[shared_events::Service]) -> openapi::OpenApi {
    let mut documents = Vec::new();
    macro_rules! document {
        ($service:expr, $name:ident) => {
            if wanted.contains(&$service) {
                documents.push($name::api());
            }
        };
    }
    each_service!(document);
    match documents.len() {
        1 => documents.remove(0),
        _ => openapi::merged(documents),
    }
}

/// Applies what is missing to the database of `wanted`.
pub(crate) async fn migrate(
    backends: &Backends,
    wanted: &[shared_events::Service],
) -> anyhow::Result<()> {
    macro_rules! migrate {
        ($service:expr, $name:ident) => {
            if wanted.contains(&$service) {
                backends.migrate::<$name::Migrator>($service).await?;
            }
        };
    }
    each_service!(migrate);
    Ok(())
}

/// Fills empty databases with the demo catalogue, agents and logins, before any service runs on them.
pub(crate) async fn seed_demo(backends: &Backends) -> anyhow::Result<()> {
    let clock = Clock::system();
    for service in demo::SEEDED {
        let database = backends.open(service, &clock).await?;
        let seeded = demo::seed(&database, &clock, &backends.env).await;
        database.close().await;
        seeded?;
    }
    Ok(())
}

/// Whether the schema of each service's database is the one this program needs; the error says what to do.
pub(crate) async fn check_schemas(
    backends: &Backends,
) -> Vec<(shared_events::Service, anyhow::Result<()>)> {
    let mut checked = Vec::new();
    macro_rules! check {
        ($service:expr, $name:ident) => {
            checked.push((
                $service,
                backends.check_schema::<$name::Migrator>($service).await,
            ));
        };
    }
    each_service!(check);
    checked
}

/// Every setting there is, by whose it is.
pub(crate) fn settings() -> Vec<(&'static str, &'static Setting)> {
    let mut groups: Vec<(&'static str, &'static [Setting])> = vec![
        ("process", crate::cli::SETTINGS),
        ("telemetry", telemetry::SETTINGS),
        ("edge", revcart_http_edge::server::SETTINGS),
        ("gateway", revcart_http_edge::gateway::SETTINGS),
        ("calls", revcart_http_edge::client::addresses::SETTINGS),
        ("keys", revcart_http_edge::auth::keyring::SETTINGS),
        ("bus", &[backends::BUS]),
        ("bus", sqs::SETTINGS),
        ("broker", embedded::SETTINGS),
        ("databases", revcart_persistence::SETTINGS),
        ("shared", revcart_http_edge::shared::SETTINGS),
        ("shop", revcart_runtime::config::tariff::SETTINGS),
    ];
    macro_rules! settings {
        ($service:expr, $name:ident) => {
            groups.push(($service.short(), $name::SETTINGS));
        };
    }
    each_service!(settings);
    let mut seen = BTreeMap::new();
    let all = groups
        .into_iter()
        .flat_map(|(group, settings)| settings.iter().map(move |setting| (group, setting)));
    all.filter(|(_, setting)| seen.insert(setting.name, ()).is_none())
        .collect()
}

/// Variables that look like settings and that nobody reads. Those of the tests and of the local stack are not meant for us.
pub(crate) fn unknown_settings(env: &Environment) -> Vec<String> {
    let settings = settings();
    let mut unknown = env.unknown(settings.iter().map(|(_, setting)| *setting));
    unknown.retain(|name| {
        !OF_OTHERS
            .iter()
            .any(|of_others| name.starts_with(of_others))
    });
    unknown
}

/// What begins with our prefix and is read by others.
const OF_OTHERS: [&str; 2] = ["REVCART_TEST_", "REVCART_STACK"];

/// Rate limits are off in `revcart up` unless somebody asks for them.
pub(crate) const UNLIMITED: (&str, &str) = (RATE_LIMITS.name, "off");

#[cfg(test)]
mod tests;
