//! `revcart load`: runs a plan, prints its report, ends with an audit.

use std::process::ExitCode;

use anyhow::Context;
use revcart_runtime::Shutdown;
use serde_json::json;

use crate::audit;
use crate::cli::Load;
use crate::load::{self, Mix, Plan, Report, Until};

/// How long what is still in flight when the last shopper has gone may take to settle.
const SETTLE: std::time::Duration = std::time::Duration::from_secs(30);

pub(super) async fn run(options: Load) -> anyhow::Result<ExitCode> {
    let plan = plan(&options)?;
    let report = load::run(&plan).await?;
    let audited = if options.no_audit {
        None
    } else {
        audit::after_load(&options.data, SETTLE).await?
    };
    if options.json {
        let mut value = serde_json::to_value(&report)?;
        value["audit"] = json!(audited);
        println!("{}", serde_json::to_string_pretty(&value)?);
    } else {
        print(&report);
        match &audited {
            Some(audited) => {
                audited.print()?;
            }
            None if options.no_audit => {}
            None => println!(
                "\nnot audited: no data of the system at {}",
                options.data.display()
            ),
        }
    }
    let clean = report.errors == 0 && audited.is_none_or(|audited| audited.is_clean());
    Ok(if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn plan(options: &Load) -> anyhow::Result<Plan> {
    let stop = Shutdown::new();
    stop.on_signals()?;
    let mix = match options.mix.as_deref() {
        None => Mix::default(),
        Some("faults") => Mix::faults(),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read the mix {path}"))?;
            serde_json::from_str(&text).with_context(|| format!("{path} is no mix"))?
        }
    };
    anyhow::ensure!(options.shoppers > 0, "--shoppers must be at least 1");
    anyhow::ensure!(
        options.rate.is_none_or(|rate| rate > 0.0),
        "--rate must be more than 0"
    );
    Ok(Plan {
        target: options.target.clone(),
        shoppers: options.shoppers,
        until: options
            .orders
            .map_or(Until::Elapsed(options.duration), Until::Orders),
        rate: options.rate,
        mix: mix.check()?,
        admin: (options.admin_email.clone(), options.admin_password.clone()),
        log: options.log.clone(),
        patience: options.patience,
        progress: !options.json,
        stop,
    })
}

fn print(report: &Report) {
    println!(
        "{} orders in {:.1} s: {:.1} orders/s, {} confirmed, {} cancelled, {} refused, {} errors",
        report.orders,
        report.seconds,
        report.orders_per_second,
        report.confirmed,
        report.cancelled,
        report.refused,
        report.errors
    );
    let times = report.checkout_ms;
    println!(
        "checkout to its end: p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms",
        times.p50, times.p95, times.p99
    );
    for (outcome, count) in &report.outcomes {
        println!("  {outcome:<28} {count}");
    }
    for error in &report.first_errors {
        println!("  error: {error}");
    }
}
