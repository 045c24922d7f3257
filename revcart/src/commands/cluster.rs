//! `revcart cluster`: the eight services and the gateway as processes of their own, on the backends that the environment
//! names; what `make run BACKENDS=localstack` starts.
//!
//! It makes keys, topics and queues, brings schemas up to date, seeds the demo, starts everything, passes on what is said,
//! and ends it in order. A process that ends by itself is told of and not started again.

mod process;

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use futures::future::join_all;
use revcart_http_edge::client::addresses;
use revcart_messaging::sqs;
use revcart_persistence::Durability;
use revcart_runtime::{Clock, Environment, Shutdown, Tasks, telemetry};
use shared_events::Service;

use super::keys;
use crate::assembly::{self, Backends, Carrier};
use crate::cli::Cluster;
use process::{Process, Start};

/// How long everything may take to be ready.
const START: Duration = Duration::from_secs(90);
/// How often it is looked whether it is.
const LOOK: Duration = Duration::from_millis(200);
/// From the ports of one replica to those of the next.
const NEXT_REPLICA: u16 = 10;

pub(super) async fn run(options: Cluster) -> anyhow::Result<ExitCode> {
    let env = Environment::from_process();
    telemetry::init_from(&env)?;
    let backends = Backends::from_env(env, options.data.clone(), Durability::Full)?;
    check(&backends, &options)?;
    prepare(&backends, &options).await?;
    let shutdown = Shutdown::new();
    shutdown.on_signals()?;
    let tasks = Tasks::new(Shutdown::new());
    let mut processes = Vec::new();
    for start in plan(&backends.env, &options) {
        processes.push(Process::start(start, &tasks)?);
    }
    let came_up = tokio::select! {
        came_up = come_up(&options, &mut processes) => came_up,
        () = shutdown.requested() => Err(anyhow::anyhow!("it was stopped while it started")),
    };
    if came_up.is_ok() {
        welcome(&options, &processes)?;
        watch(&mut processes, &shutdown).await;
    }
    let ended_well = end(&mut processes).await;
    tasks.drain(Duration::from_secs(5)).await;
    came_up?;
    Ok(if ended_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Refuses what several processes cannot do together.
fn check(backends: &Backends, options: &Cluster) -> anyhow::Result<()> {
    anyhow::ensure!(
        backends.carrier == Carrier::Sqs,
        "REVCART_BUS is embedded, a bus within one process: set REVCART_BUS=sqs (eval \"$(localstack/stack env --services)\" sets everything for the local stack)"
    );
    let in_folder = Service::ALL
        .into_iter()
        .find(|service| backends.in_folder(*service));
    if let Some(service) = in_folder.filter(|_| options.replicas > 1) {
        anyhow::bail!(
            "{} is not set, and the replicas of {} cannot share a file",
            revcart_persistence::address_of(service).name,
            service.name()
        );
    }
    let last = options.replicas * NEXT_REPLICA;
    anyhow::ensure!(
        options.base_port.checked_add(last).is_some(),
        "--base-port leaves no ports for {} replicas",
        options.replicas
    );
    Ok(())
}

/// Makes what is missing.
async fn prepare(backends: &Backends, options: &Cluster) -> anyhow::Result<()> {
    std::fs::create_dir_all(&options.data)
        .with_context(|| format!("cannot make the data folder {}", options.data.display()))?;
    keys::make(&keys_dir(options), None)?;
    let resources = sqs::Options::from_env(&backends.env, &Service::ALL)?;
    let report = sqs::topology::apply(&resources).await?;
    tracing::info!(
        mended = report.mended.len(),
        "topics and queues are as declared"
    );
    assembly::migrate(backends, &Service::ALL).await?;
    if !options.no_demo {
        assembly::seed_demo(backends).await?;
    }
    Ok(())
}

fn keys_dir(options: &Cluster) -> PathBuf {
    options.data.join("keys")
}

/// Every process, services before the gateway.
fn plan(env: &Environment, options: &Cluster) -> Vec<Start> {
    let shared = settings(env, options);
    let mut starts = Vec::new();
    for replica in 0..options.replicas {
        for service in Service::ALL {
            let mut settings = shared.clone();
            let key = keys::key_file(&keys_dir(options), service);
            settings.push((
                "REVCART_SERVICE_KEY_FILE".to_owned(),
                key.display().to_string(),
            ));
            let name = match replica {
                0 => service.short().to_owned(),
                other => format!("{}.{}", service.short(), other + 1),
            };
            starts.push(Start {
                name,
                served: service.short(),
                port: port(options, service, replica),
                data: options.data.clone(),
                settings,
            });
        }
    }
    starts.push(Start {
        name: "gateway".to_owned(),
        served: "gateway",
        port: options.base_port,
        data: options.data.clone(),
        settings: urls(options),
    });
    starts
}

/// What services are told beside what is in our own environment: where the others are, whom to trust, and that a gateway
/// stands before them. Rates are limited if somebody asks for it, as with `revcart up`.
fn settings(env: &Environment, options: &Cluster) -> Vec<(String, String)> {
    let trust = keys::trust_file(&keys_dir(options)).display().to_string();
    let mut settings = urls(options);
    settings.push(("REVCART_SERVICE_TRUST".to_owned(), trust));
    for (setting, value) in [
        (
            &revcart_http_edge::server::RATE_LIMITS,
            assembly::UNLIMITED.1,
        ),
        (&revcart_http_edge::server::TRUSTED_PROXIES, "1"),
    ] {
        if env.shown(setting).origin == revcart_runtime::config::Origin::Default {
            settings.push((setting.name.to_owned(), value.to_owned()));
        }
    }
    settings
}

/// Where each service is: all its replicas.
fn urls(options: &Cluster) -> Vec<(String, String)> {
    let of = |service| {
        let url = |replica| format!("http://127.0.0.1:{}", port(options, service, replica));
        let urls: Vec<_> = (0..options.replicas).map(url).collect();
        (addresses::setting(service).name.to_owned(), urls.join(","))
    };
    Service::ALL.map(of).to_vec()
}

/// As many from the gateway's as the service's own port from 8080.
fn port(options: &Cluster, service: Service, replica: u16) -> u16 {
    options.base_port + (service.port() - 8080) + replica * NEXT_REPLICA
}

/// Waits until every service is ready.
async fn come_up(options: &Cluster, processes: &mut [Process]) -> anyhow::Result<()> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build()?;
    let clock = Clock::system();
    let began = clock.now();
    loop {
        for process in processes.iter_mut() {
            if let Some(status) = process.has_ended()? {
                anyhow::bail!("{} has ended while it started ({status})", process.name());
            }
        }
        let mut ready = 0;
        for process in processes.iter() {
            let url = format!("{}/actuator/health/readiness", process.url());
            let asked = client.get(url).send().await;
            ready += usize::from(asked.is_ok_and(|answer| answer.status().is_success()));
        }
        let gateway = format!("http://127.0.0.1:{}/health", options.base_port);
        let asked = client.get(gateway).send().await;
        if ready == processes.len() && asked.is_ok_and(|answer| answer.status().is_success()) {
            return Ok(());
        }
        anyhow::ensure!(
            clock.now() - began < START,
            "{ready} of {} processes are ready after {} s: see their logs above",
            processes.len(),
            START.as_secs()
        );
        clock.sleep(LOOK).await;
    }
}

fn welcome(options: &Cluster, processes: &[Process]) -> anyhow::Result<()> {
    let address = format!("http://127.0.0.1:{}", options.base_port);
    let file = options.data.join("cluster.env");
    let mut exports = String::new();
    for (name, value) in urls(options) {
        writeln!(exports, "export {name}='{value}'")?;
    }
    std::fs::write(&file, exports).with_context(|| format!("cannot write {}", file.display()))?;
    println!("RevCart is up: {address}");
    for process in processes {
        println!(
            "  {:<16} {}  process {}",
            process.name(),
            process.url(),
            process.id()
        );
    }
    println!("  try              curl {address}/api/products?limit=3");
    println!("  health           {address}/health    metrics  /metrics of each");
    println!("  commands         . {} && revcart doctor", file.display());
    if !options.no_demo {
        println!(
            "  logins           shopper@revcart.local  admin@revcart.local  agent@revcart.local  (password: revcart-demo)"
        );
    }
    Ok(())
}

/// Tells of those that end by themselves, until somebody wants the end or nobody is left.
async fn watch(processes: &mut [Process], shutdown: &Shutdown) {
    let clock = Clock::system();
    while !shutdown.is_requested() {
        for process in processes.iter_mut() {
            match process.has_ended_now() {
                Ok(Some(status)) => tracing::error!(
                    process = process.name(),
                    %status,
                    "a process has ended by itself; it is not started again"
                ),
                Ok(None) => {}
                Err(error) => tracing::warn!(process = process.name(), %error, "cannot be asked"),
            }
        }
        if processes.iter().all(Process::is_gone) {
            return;
        }
        tokio::select! {
            () = clock.sleep(LOOK) => {}
            () = shutdown.requested() => {}
        }
    }
}

/// The gateway first, so that no more requests come; then the services. Whether all ended well.
async fn end(processes: &mut [Process]) -> bool {
    let Some((gateway, services)) = processes.split_last_mut() else {
        return true;
    };
    let gateway = gateway.end().await;
    let services = join_all(services.iter_mut().map(Process::end)).await;
    gateway && services.into_iter().all(|ended_well| ended_well)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        options: Cluster,
    }

    fn planned(args: &[&str]) -> Vec<Start> {
        let typed = Typed::parse_from([&["cluster"], args].concat());
        plan(&Environment::default(), &typed.options)
    }

    fn of<'a>(start: &'a Start, name: &str) -> Option<&'a str> {
        let found = start.settings.iter().find(|(setting, _)| setting == name);
        found.map(|(_, value)| value.as_str())
    }

    #[test]
    fn services_stand_on_their_own_ports_and_know_each_other() {
        let starts = planned(&[]);
        assert_eq!(starts.len(), 9);
        for (start, service) in starts.iter().zip(Service::ALL) {
            assert_eq!(
                (start.served, start.port),
                (service.short(), service.port())
            );
            assert_eq!(of(start, "REVCART_CART_URL"), Some("http://127.0.0.1:8083"));
            assert!(
                of(start, "REVCART_SERVICE_KEY_FILE")
                    .unwrap()
                    .contains(service.name())
            );
            assert_eq!(of(start, "REVCART_TRUSTED_PROXIES"), Some("1"));
        }
        assert_eq!((starts[8].served, starts[8].port), ("gateway", 8080));
        assert_eq!(
            of(&starts[8], "REVCART_SERVICE_KEY_FILE"),
            None,
            "it calls nobody itself"
        );
    }

    #[test]
    fn replicas_have_ports_and_names_of_their_own_and_the_same_keys() {
        let starts = planned(&["--replicas", "3", "--base-port", "20000"]);
        assert_eq!(starts.len(), 25);
        let ports: BTreeSet<_> = starts.iter().map(|start| start.port).collect();
        let names: BTreeSet<_> = starts.iter().map(|start| start.name.as_str()).collect();
        assert_eq!((ports.len(), names.len()), (25, 25));
        let gateway = starts.last().unwrap();
        assert_eq!(
            of(gateway, "REVCART_ORDER_URL"),
            Some("http://127.0.0.1:20004,http://127.0.0.1:20014,http://127.0.0.1:20024")
        );
        let keys: BTreeSet<_> = starts
            .iter()
            .filter_map(|start| of(start, "REVCART_SERVICE_KEY_FILE"))
            .collect();
        assert_eq!(keys.len(), 8);
    }
}
