//! `revcart serve`: one service, as it runs in a pod.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use anyhow::Context;
use revcart_persistence::Durability;
use revcart_runtime::{Environment, Shutdown, Tasks, telemetry};
use tokio::net::TcpListener;

use super::up::run_until_shutdown;
use crate::assembly::{Assembly, Foundation, Stored};
use crate::cli::Serve;

pub(super) async fn run(options: Serve) -> anyhow::Result<ExitCode> {
    let env = Environment::from_process();
    telemetry::init_from(&env)?;
    let own = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), options.service.port());
    let listen = options.listen.unwrap_or(own);
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}; --listen chooses another port"))?;
    let shutdown = Shutdown::new();
    shutdown.on_signals()?;
    let stored = Stored {
        dir: options.data,
        durability: Durability::Full,
    };
    let foundation = Foundation::lay(env, stored, false).await?;
    let assembly = Assembly::build(foundation, &[options.service], &shutdown).await?;
    let tasks = Tasks::new(shutdown.clone());
    assembly.start(&tasks, &shutdown).await;
    println!(
        "{} is up: http://{}",
        options.service.name(),
        listener.local_addr()?
    );
    run_until_shutdown(listener, assembly, tasks, shutdown).await
}
