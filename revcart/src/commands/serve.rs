//! `revcart serve`: one service as it runs in a pod, or the gateway in front of all of them.

use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use anyhow::Context;
use revcart_http_edge::gateway::{self, GatewayOptions};
use revcart_http_edge::openapi;
use revcart_http_edge::server;
use revcart_persistence::Durability;
use revcart_runtime::{Clock, Environment, Health, Shutdown, Tasks, telemetry};
use shared_events::Service;
use tokio::net::TcpListener;

use super::up::{DRAIN, run_until_shutdown};
use crate::assembly::{self, Assembly, Backends, Foundation};
use crate::cli::{Serve, Served};

/// The gateway's port, unless told otherwise.
const GATEWAY_PORT: u16 = 8080;

pub(super) async fn run(options: Serve) -> anyhow::Result<ExitCode> {
    let env = Environment::from_process();
    telemetry::init_from(&env)?;
    let port = match options.served {
        Served::Service(service) => service.port(),
        Served::Gateway => GATEWAY_PORT,
    };
    let own = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let listen = options.listen.unwrap_or(own);
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}; --listen chooses another port"))?;
    let shutdown = Shutdown::new();
    shutdown.on_signals()?;
    if options.while_stdin {
        end_with_stdin(shutdown.clone());
    }
    match options.served {
        Served::Service(service) => {
            let backends = Backends::from_env(env, options.data, Durability::Full)?;
            one(service, backends, listener, shutdown).await
        }
        Served::Gateway => gateway(&env, listener, shutdown).await,
    }
}

async fn one(
    service: Service,
    backends: Backends,
    listener: TcpListener,
    shutdown: Shutdown,
) -> anyhow::Result<ExitCode> {
    let foundation = Foundation::alone(backends, service).await?;
    let assembly = Assembly::build(foundation, &[service], &shutdown).await?;
    let tasks = Tasks::new(shutdown.clone());
    assembly.start(&tasks, &shutdown).await;
    println!(
        "{} is up: http://{}",
        service.name(),
        listener.local_addr()?
    );
    run_until_shutdown(listener, assembly, tasks, shutdown).await
}

async fn gateway(
    env: &Environment,
    listener: TcpListener,
    shutdown: Shutdown,
) -> anyhow::Result<ExitCode> {
    let options = GatewayOptions::from_env(env, Clock::system())?;
    let (health, tasks) = (Health::new(), Tasks::new(shutdown.clone()));
    let pages = openapi::pages(&assembly::document(&shared_events::Service::ALL));
    let router = pages.fallback_service(gateway::router(options, &health, &tasks));
    health.set_ready(true);
    let not_ready = (health, shutdown.clone());
    tasks.spawn("readiness", async move {
        not_ready.1.requested().await;
        not_ready.0.set_ready(false);
    });
    println!("gateway is up: http://{}", listener.local_addr()?);
    server::serve(listener, router, shutdown).await?;
    let unfinished = tasks.drain(DRAIN).await;
    if !unfinished.is_empty() {
        tracing::warn!(tasks = ?unfinished, "some connections were cut off");
    }
    Ok(if tasks.failure().is_some() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Asks for the end when the standard input ends: whoever holds its other end is gone, or wants us to be. A thread of its
/// own, because a read from it cannot be given up, and must not keep the runtime from ending.
fn end_with_stdin(shutdown: Shutdown) {
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut buffer = [0; 64];
        while input.read(&mut buffer).is_ok_and(|read| read > 0) {}
        shutdown.trigger();
    });
}
