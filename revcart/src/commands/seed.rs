//! `revcart seed`: fills a database with much of the past, for trials of how the system behaves when it is large.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use order_service::seeding::{self, Plan};
use revcart_persistence::{Database, Durability};
use revcart_runtime::{Clock, Environment};
use shared_events::Service;

use crate::assembly::Backends;
use crate::cli::{Seed, SeedOrders};

/// Orders of one transaction.
const BATCH: u64 = 1_024;
/// Transactions at a time: as many as a database server is given writers for, unless told otherwise.
const AT_A_TIME: usize = 4;
/// How long ago the orders were placed: longer than anything lasts that looks at young ones.
const AGO: Duration = Duration::from_secs(30 * 24 * 3600);

pub(super) async fn run(seed: Seed) -> anyhow::Result<ExitCode> {
    let Seed::Orders(options) = seed;
    let env = Environment::from_process();
    let backends = Backends::from_env(env, options.data.clone(), Durability::Relaxed)?;
    backends
        .check_schema::<order_service::Migrator>(Service::Order)
        .await?;
    let clock = Clock::system();
    let database = backends.open(Service::Order, &clock).await?;
    let seeded = orders(&database, &options, &clock).await;
    database.close().await;
    seeded?;
    Ok(ExitCode::SUCCESS)
}

async fn orders(database: &Database, options: &SeedOrders, clock: &Clock) -> anyhow::Result<()> {
    anyhow::ensure!(
        options.yes || seeding::is_empty(database).await?,
        "there are orders already: --yes adds to them"
    );
    let now = clock.now();
    let ago = i64::try_from(AGO.as_micros()).unwrap_or(i64::MAX);
    let plan = Plan {
        user: options.user,
        percent: options.share,
        at: shared_events::Timestamp::from_micros(now.micros() - ago),
    };
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} orders  {per_sec}  {eta}")
        .context("the progress bar's template is not one")?;
    let progress = ProgressBar::new(options.count).with_style(style);
    let begins = (0..options.count).step_by(usize::try_from(BATCH)?);
    stream::iter(begins)
        .map(async |begin| {
            let count = BATCH.min(options.count - begin);
            seeding::insert(database, &plan, usize::try_from(count)?).await?;
            progress.inc(count);
            Ok::<_, anyhow::Error>(())
        })
        .buffer_unordered(AT_A_TIME)
        .try_collect::<()>()
        .await?;
    progress.finish_and_clear();
    println!(
        "{} orders were added in {:.1} s",
        options.count,
        (clock.now() - now).as_secs_f64()
    );
    Ok(())
}
