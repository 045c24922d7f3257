//! `revcart up`: all eight services in one process, on embedded storage unless the environment names another, with something
//! to look at.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use revcart_http_edge::server::serve;
use revcart_persistence::Durability;
use revcart_runtime::{Environment, Shutdown, Tasks, telemetry};
use shared_events::Service;
use tokio::net::TcpListener;

use crate::assembly::{Assembly, Backends, Foundation, UNLIMITED};
use crate::cli::Up;

/// How long work in hand may take after a signal.
pub(super) const DRAIN: Duration = Duration::from_secs(30);

pub(super) async fn run(options: Up) -> anyhow::Result<ExitCode> {
    let env = unlimited_unless_asked(Environment::from_process())?;
    telemetry::init_from(&env)?;
    let folder = if options.ephemeral {
        Some(tempfile::tempdir().context("cannot make a temporary folder")?)
    } else {
        None
    };
    let dir = folder
        .as_ref()
        .map_or_else(|| options.data.clone(), |folder| folder.path().to_owned());
    let durability = if options.relaxed || options.ephemeral {
        Durability::Relaxed
    } else {
        Durability::Full
    };
    let backends = Backends::from_env(env, dir, durability)?;
    let listener = TcpListener::bind(options.listen).await.with_context(|| {
        format!(
            "cannot listen on {}; is another revcart running? --listen chooses another port",
            options.listen
        )
    })?;
    let address = listener.local_addr()?;
    let shutdown = Shutdown::new();
    shutdown.on_signals()?;
    let foundation = Foundation::together(backends).await?;
    let assembly = Assembly::build(foundation, &Service::ALL, &shutdown).await?;
    if !options.listen.ip().is_loopback()
        && (!options.no_demo || assembly.has_demo_logins().await?)
    {
        assembly.close().await;
        anyhow::bail!(
            "{address} is no loopback address, and everybody knows the password of the demo logins: listen on 127.0.0.1, or start with --no-demo on a data folder without them"
        );
    }
    let tasks = Tasks::new(shutdown.clone());
    assembly.start(&tasks, &shutdown).await;
    if !options.no_demo && assembly.seed_demo().await? {
        tracing::info!(
            "a demo catalogue of 100 products, 3 delivery agents and 3 logins has been set up"
        );
    }
    welcome(address, &assembly, options.no_demo);
    run_until_shutdown(listener, assembly, tasks, shutdown).await
}

/// Serves, and after a signal ends in order: no new requests, work in hand, databases, bus.
pub(super) async fn run_until_shutdown(
    listener: TcpListener,
    assembly: Assembly,
    tasks: Tasks,
    shutdown: Shutdown,
) -> anyhow::Result<ExitCode> {
    let not_ready = (assembly.foundation.health.clone(), shutdown.clone());
    tasks.spawn("readiness", async move {
        not_ready.1.requested().await;
        not_ready.0.set_ready(false);
    });
    serve(listener, assembly.routes.clone(), shutdown.clone()).await?;
    shutdown.trigger();
    let unfinished = tasks.drain(DRAIN).await;
    if !unfinished.is_empty() {
        tracing::warn!(tasks = ?unfinished, "some work was cut off; it is taken up at the next start");
    }
    assembly.close().await;
    Ok(if tasks.failure().is_some() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn unlimited_unless_asked(env: Environment) -> anyhow::Result<Environment> {
    let asked = env.shown(&revcart_http_edge::server::RATE_LIMITS).origin
        != revcart_runtime::config::Origin::Default;
    Ok(if asked {
        env
    } else {
        env.with(UNLIMITED.0, UNLIMITED.1)
    })
}

fn welcome(address: SocketAddr, assembly: &Assembly, no_demo: bool) {
    println!("RevCart is up: http://{address}");
    println!("  data      {}", whereabouts(&assembly.foundation.backends));
    println!("  try       curl http://{address}/api/products?limit=3");
    println!("  interface http://{address}/docs/    messages  http://{address}/docs/events");
    println!("  health    http://{address}/health    metrics  http://{address}/metrics");
    if !no_demo {
        println!(
            "  logins    shopper@revcart.local  admin@revcart.local  agent@revcart.local  (password: revcart-demo)"
        );
    }
}

fn whereabouts(backends: &Backends) -> String {
    let folder = backends.dir.display();
    if backends.is_all_embedded(&Service::ALL) {
        folder.to_string()
    } else {
        format!("where the environment says (`revcart config`), files in {folder}")
    }
}
