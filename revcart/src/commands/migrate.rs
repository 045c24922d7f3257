//! `revcart migrate`: brings schemas up to date, for jobs and init containers.

use std::process::ExitCode;

use anyhow::Context;
use revcart_persistence::Durability;
use revcart_runtime::Environment;
use shared_events::Service;

use crate::assembly::{self, Backends};
use crate::cli::Migrate;

pub(super) async fn run(options: Migrate) -> anyhow::Result<ExitCode> {
    let wanted = options
        .service
        .map_or_else(|| Service::ALL.to_vec(), |service| vec![service]);
    let env = Environment::from_process();
    let backends = Backends::from_env(env, options.data, Durability::Full)?;
    if wanted.iter().any(|service| backends.in_folder(*service)) {
        std::fs::create_dir_all(&backends.dir)
            .with_context(|| format!("cannot make the data folder {}", backends.dir.display()))?;
    }
    assembly::migrate(&backends, &wanted).await?;
    for service in wanted {
        println!("{} is up to date", service.name());
    }
    Ok(ExitCode::SUCCESS)
}
