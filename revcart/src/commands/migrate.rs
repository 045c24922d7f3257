//! `revcart migrate`: brings schemas up to date, for jobs and init containers.

use std::process::ExitCode;

use anyhow::Context;
use revcart_persistence::Durability;
use shared_events::Service;

use crate::assembly::{self, Stored};
use crate::cli::Migrate;

pub(super) async fn run(options: Migrate) -> anyhow::Result<ExitCode> {
    std::fs::create_dir_all(&options.data)
        .with_context(|| format!("cannot make the data folder {}", options.data.display()))?;
    let wanted = options
        .service
        .map_or_else(|| Service::ALL.to_vec(), |service| vec![service]);
    let stored = Stored {
        dir: options.data,
        durability: Durability::Full,
    };
    assembly::migrate(&stored, &wanted).await?;
    for service in wanted {
        println!("{} is up to date", service.name());
    }
    Ok(ExitCode::SUCCESS)
}
