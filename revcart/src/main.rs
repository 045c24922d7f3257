//! `revcart`: the whole system in one process, any single service, and every command an operator needs.
//!
//! Reading order: `cli` (what can be typed), `assembly` (how services, bus and databases are put together), then one file
//! per command under `commands/`: `up` and `serve` run them; what the others stand on is `inspection` (a data folder, for
//! looking only), `output`, `audit/` (the invariants) and `load/` (the load generator).

mod assembly;
mod audit;
mod cli;
mod commands;
mod inspection;
mod load;
mod output;

use std::process::ExitCode;

use clap::Parser;
use cli::Cli;

/// The system's allocator keeps what a burst of work has freed: under load the process grew to seven times this one's size.
/// Measured: 94 MB instead of 674 MB after 2,000 orders, and a sixth less time in user code.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match commands::run(Cli::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("revcart: {error:#}");
            ExitCode::FAILURE
        }
    }
}
