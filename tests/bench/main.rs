//! What RevCart reaches on this machine, beside what its database reaches on the same disk. Run by `make bench`.
//!
//! Reading order: the course of a run here, then `ceiling` (the raw database), `process` (memory and processor time of the
//! system), `browse` (product lists over kept connections), `reads` (every reading route), `servers` (the same as processes on real backends), `queue` (one
//! queue of SQS), `figures` (what is printed).

mod browse;
mod ceiling;
mod figures;
mod process;
mod queue;
mod reads;
mod servers;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;
use revcart_tests::{Backlog, Load, System};

use figures::{Browsing, Checkouts, Figures, Memory, Orders, Reads, Starts};
use process::Process;

/// How long messages may be on their way after the last shopper has gone.
const DRAIN: Duration = Duration::from_secs(120);
/// How long the system is left alone before its idle memory is read.
const IDLE: Duration = Duration::from_secs(2);

/// Measure RevCart: orders per second, latencies, memory, start-up, beside the raw ceiling of the disk.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Options {
    /// How long each of the two order runs takes, in seconds; the rest is in proportion
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Shoppers at the same time
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..))]
    shoppers: u32,
    /// Folder on the disk to measure; that of this program if not given
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Orders in the large table
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(2_000..))]
    large: u64,
    /// Measure the reading routes only
    #[arg(long)]
    reads: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    if options.reads {
        let reads = reads_alone(&options).await?;
        print_reads(&reads);
        return Ok(());
    }
    let figures = measure(&options).await?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
    } else {
        println!("{}", figures.table());
        print_reads(&figures.reads);
    }
    Ok(())
}

fn print_reads(reads: &Reads) {
    println!("{}", reads.table());
    for route in &reads.unmeasured {
        println!("not measured: {route}");
    }
}

/// The reading routes over the history of a short run.
async fn reads_alone(options: &Options) -> anyhow::Result<Reads> {
    let system = System::start(&[]).await?;
    say("orders, for a history");
    let seconds = format!("{}s", options.seconds);
    run(&system, options, &["--for", &seconds]).await?;
    say("every reading route");
    let time = Duration::from_millis(u64::from(options.seconds) * 1000 / 8);
    reads::measure(&system, time).await
}

async fn measure(options: &Options) -> anyhow::Result<Figures> {
    let own = std::env::current_exe().context("a process knows its executable")?;
    let own = own.parent().context("it lies in a folder")?.to_owned();
    let disk = options.dir.clone().unwrap_or(own);
    revcart_tests::command::binary();
    let share =
        |part: u32| Duration::from_millis(u64::from(options.seconds) * 1000 / u64::from(part));
    say("the raw database");
    let ceiling = ceiling::measure(&disk, share(5)).await?;
    say("starting");
    let (system, starts) = start_twice(&disk).await?;
    tokio::time::sleep(IDLE).await;
    let idle_mib = Process::of(&system)?.memory_mib()?;
    say("product lists");
    let browsing = Browsing {
        per_second: browse::measure(&system, options.shoppers, share(4)).await?,
        connections: options.shoppers,
    };
    say("orders, as fast as they go");
    warm_up(&system, options).await?;
    let (orders, peak_mib) = orders(&system, options).await?;
    say("orders, at half of that rate");
    let checkouts = checkouts(&system, options, orders.per_second / 2.0).await?;
    say("every reading route");
    let reads = reads::measure(&system, share(8)).await?;
    drop(system);
    let servers = servers::measure(options).await?;
    Ok(Figures {
        reads,
        servers,
        ratio_to_ceiling: orders.per_second / ceiling.one_row,
        ceiling,
        orders,
        checkouts,
        browsing,
        memory: Memory {
            idle_mib,
            under_load_mib: peak_mib,
        },
        starts,
    })
}

fn say(what: &str) {
    eprintln!("measuring: {what}");
}

/// From the start of the process to the answer to a first request, on a fresh folder and again on what that left.
async fn start_twice(disk: &Path) -> anyhow::Result<(System, Starts)> {
    let begun = Instant::now();
    let mut system = System::start_on_disk(disk).await?;
    first_answer(&system).await?;
    let fresh = begun.elapsed();
    system.stop().await?;
    let begun = Instant::now();
    system.restart().await?;
    first_answer(&system).await?;
    let again = begun.elapsed();
    let starts = Starts {
        fresh_seconds: fresh.as_secs_f64(),
        again_seconds: again.as_secs_f64(),
    };
    Ok((system, starts))
}

async fn first_answer(system: &System) -> anyhow::Result<()> {
    let reply = system.shop().get("/api/products?limit=1", None).await?;
    anyhow::ensure!(reply.status.is_success(), "{}", reply.text);
    Ok(())
}

/// A short run, so that what is measured is not the first of everything.
async fn warm_up(system: &System, options: &Options) -> anyhow::Result<()> {
    let seconds = format!("{}s", options.seconds.div_ceil(10));
    run(system, options, &["--for", &seconds]).await?;
    Ok(())
}

async fn run(
    system: &System,
    options: &Options,
    args: &[&str],
) -> anyhow::Result<(revcart_tests::load::Report, Duration)> {
    let shoppers = options.shoppers.to_string();
    let args = [&["--shoppers", &shoppers], args].concat();
    let report = Load::on(system, &args)?.report().await?;
    let drained = Backlog::of(system.data()).await?.drained(DRAIN).await?;
    anyhow::ensure!(
        report.errors == 0,
        "orders went wrong: {:?}",
        report.first_errors
    );
    Ok((report, drained))
}

/// The clock stops when every consumer has handled every event; then all invariants must hold.
async fn orders(system: &System, options: &Options) -> anyhow::Result<(Orders, f64)> {
    let process = Process::of(system)?;
    let used_before = process.processor_time()?;
    let seconds = format!("{}s", options.seconds);
    let watch = process.watch_memory();
    let (report, drained) = run(system, options, &["--for", &seconds]).await?;
    let peak_mib = watch.peak_mib();
    let used = process.processor_time()?.saturating_sub(used_before);
    let seconds = report.seconds + drained.as_secs_f64();
    let audit = system.audit().await?;
    anyhow::ensure!(
        audit.findings.is_empty(),
        "an invariant is broken: {:#?}",
        audit.findings
    );
    anyhow::ensure!(
        audit.count("orders") >= report.confirmed,
        "not all orders were audited"
    );
    let orders = Orders {
        shoppers: options.shoppers,
        completed: report.confirmed,
        seconds,
        per_second: report.confirmed as f64 / seconds,
        drain_seconds: drained.as_secs_f64(),
        processor_ms_each: used.as_secs_f64() * 1000.0 / report.orders.max(1) as f64,
        audited: audit.checked,
    };
    Ok((orders, peak_mib))
}

async fn checkouts(system: &System, options: &Options, rate: f64) -> anyhow::Result<Checkouts> {
    let (seconds, rate) = (format!("{}s", options.seconds), rate.max(0.1));
    let args = ["--for", &seconds, "--rate", &format!("{rate:.3}")];
    let (report, _) = run(system, options, &args).await?;
    Ok(Checkouts {
        rate_wanted: rate,
        rate_reached: report.orders_per_second,
        p50_ms: report.checkout_ms.p50,
        p95_ms: report.checkout_ms.p95,
        p99_ms: report.checkout_ms.p99,
    })
}
