//! One file per command; this is the table.

mod audit;
mod cluster;
mod config;
mod dlq;
mod doctor;
mod events;
mod keys;
mod load;
mod migrate;
mod notify;
mod openapi;
mod saga;
mod seed;
mod serve;
mod topology;
mod trace;
mod up;

use std::process::ExitCode;

use clap::CommandFactory;

use crate::cli::{Cli, Command};

/// Runs what was typed; `revcart` alone starts everything.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli
        .command
        .unwrap_or_else(|| Command::Up(crate::cli::Up::default()))
    {
        Command::Up(options) => up::run(options).await,
        Command::Serve(options) => serve::run(options).await,
        Command::Cluster(options) => cluster::run(options).await,
        Command::Keys(options) => keys::run(&options),
        Command::Seed(seed) => seed::run(seed).await,
        Command::Migrate(options) => migrate::run(options).await,
        Command::Openapi(options) => openapi::run(&options),
        Command::Topology(options) => topology::run(&options).await,
        Command::Trace(options) => trace::run(options).await,
        Command::Audit(options) => audit::run(options).await,
        Command::Saga(options) => saga::run(options).await,
        Command::Events(options) => events::run(options).await,
        Command::Dlq(options) => dlq::run(options).await,
        Command::Notify(notify) => notify::run(&notify),
        Command::Load(options) => load::run(options).await,
        Command::Doctor(options) => doctor::run(options).await,
        Command::Config(options) => config::run(&options),
        Command::Completions { shell } => {
            clap_complete::generate(
                shell,
                &mut Cli::command(),
                "revcart",
                &mut std::io::stdout(),
            );
            Ok(ExitCode::SUCCESS)
        }
    }
}
