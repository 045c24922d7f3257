//! `revcart load`: shoppers who use the public API of a running system the way a storefront does.
//!
//! Reading order: [`Plan`] and [`run`] here, `mix` (what shoppers do, and how often), `storefront` (the calls they make),
//! `shopper` (one shopper's round), `stage` (what the run needs before it begins: products, stock, accounts), `report`.

mod mix;
mod report;
mod shopper;
mod stage;
mod storefront;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use revcart_runtime::Shutdown;
use tokio::task::JoinSet;

pub(crate) use mix::Mix;
pub(crate) use report::Report;
use report::Tally;
use shopper::Shopper;
use stage::Stage;
use storefront::Storefront;

/// What to run, against what.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Base address of the system, as in `http://127.0.0.1:8080`.
    pub(crate) target: String,
    /// Shoppers at the same time.
    pub(crate) shoppers: u32,
    /// When shoppers stop beginning new orders.
    pub(crate) until: Until,
    /// Orders begun per second by all shoppers together; as fast as the system answers if none.
    pub(crate) rate: Option<f64>,
    /// What they do.
    pub(crate) mix: Mix,
    /// Administrator who may create products and top up stock.
    pub(crate) admin: (String, String),
    /// A file to which every accepted order id is appended, one a line, as soon as it is known.
    pub(crate) log: Option<PathBuf>,
    /// Keep trying for this long when the system does not answer (it may be restarting).
    pub(crate) patience: Duration,
    /// Whether to show progress.
    pub(crate) progress: bool,
    /// Ends the run before its time: no new orders are begun, those that have been are followed to their end.
    pub(crate) stop: Shutdown,
}

/// When a run ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    /// After this time.
    Elapsed(Duration),
    /// After this many orders have been begun.
    Orders(u64),
}

/// The turns that shoppers take: how many are left, and when the next may begin.
pub(crate) struct Turns {
    until: Until,
    started: Instant,
    begun: AtomicU64,
    rate: Option<f64>,
    stop: Shutdown,
}

impl Turns {
    fn new(plan: &Plan) -> Self {
        Self {
            until: plan.until,
            started: Instant::now(),
            begun: AtomicU64::new(0),
            rate: plan.rate,
            stop: plan.stop.clone(),
        }
    }

    /// The number of the next turn, once it is due; `None` when the run is over.
    pub(crate) async fn next(&self) -> Option<u64> {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        if let Some(rate) = self.rate {
            let due = self.started + Duration::from_secs_f64(number as f64 / rate);
            tokio::select! {
                () = tokio::time::sleep_until(due.into()) => {}
                () = self.stop.requested() => {}
            }
        }
        let over = match self.until {
            Until::Elapsed(limit) => self.started.elapsed() >= limit,
            Until::Orders(most) => number >= most,
        };
        (!over && !self.stop.is_requested()).then_some(number)
    }
}

/// Runs the plan and reports what became of every order.
///
/// # Errors
/// When the system cannot be reached or prepared (no products, no administrator).
pub(crate) async fn run(plan: &Plan) -> anyhow::Result<Report> {
    let storefront = Storefront::new(&plan.target, plan.patience, plan.log.as_deref())?;
    let stage = Arc::new(
        Stage::prepare(&storefront, plan)
            .await
            .context("the run could not be prepared")?,
    );
    let shoppers = sign_in(&storefront, &stage, plan).await?;
    let tally = Arc::new(Tally::default());
    let bar = progress_bar(plan);
    let turns = Arc::new(Turns::new(plan));
    let started = Instant::now();
    let mut running = JoinSet::new();
    for shopper in shoppers {
        let (turns, tally, stage, bar) = (
            Arc::clone(&turns),
            Arc::clone(&tally),
            Arc::clone(&stage),
            bar.clone(),
        );
        running.spawn(async move {
            while let Some(_turn) = turns.next().await {
                let result = shopper.order(&stage).await;
                tally.record(result);
                show(&bar, &tally, started);
            }
        });
    }
    while let Some(ended) = running.join_next().await {
        ended.context("a shopper ended with a panic")?;
    }
    bar.finish_and_clear();
    Ok(tally.report(started.elapsed()))
}

async fn sign_in(
    storefront: &Storefront,
    stage: &Arc<Stage>,
    plan: &Plan,
) -> anyhow::Result<Vec<Shopper>> {
    let mut signing_in = JoinSet::new();
    for number in 0..plan.shoppers {
        let (storefront, stage) = (storefront.clone(), Arc::clone(stage));
        let mix = plan.mix.clone();
        signing_in.spawn(async move { Shopper::sign_up(storefront, &stage, mix, number).await });
    }
    let mut shoppers = Vec::new();
    while let Some(signed_in) = signing_in.join_next().await {
        shoppers.push(
            signed_in
                .context("signing up ended with a panic")?
                .context("a shopper could not sign up")?,
        );
    }
    Ok(shoppers)
}

fn progress_bar(plan: &Plan) -> ProgressBar {
    if !plan.progress {
        return ProgressBar::hidden();
    }
    let bar = match plan.until {
        Until::Orders(most) => ProgressBar::new(most),
        Until::Elapsed(limit) => ProgressBar::new(limit.as_secs()),
    };
    let style = ProgressStyle::with_template("{elapsed_precise} {bar:30} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style)
}

fn show(bar: &ProgressBar, tally: &Tally, started: Instant) {
    if bar.is_hidden() {
        return;
    }
    let seconds = started.elapsed().as_secs_f64();
    let counts = tally.counts();
    match bar.length() {
        Some(length) if length > 0 && counts.orders <= length => bar.set_position(counts.orders),
        _ => bar.set_position(seconds as u64),
    }
    bar.set_message(format!(
        "{} orders ({:.0}/s)  {} confirmed  {} cancelled  {} errors",
        counts.orders,
        counts.orders as f64 / seconds.max(0.001),
        counts.confirmed,
        counts.cancelled,
        counts.errors
    ));
}
