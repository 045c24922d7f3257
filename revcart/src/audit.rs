//! `revcart audit`: whether the invariants of the order saga hold over the databases of all services.
//!
//! Reading order: `Finding` and `Case` (what everybody has of one order); the invariants, each a pure function from facts
//! to what breaks it: `stock`, `money`, `finality`, `liveness`, `strays`; `system` (where facts come from), `merge` (all
//! cases, page by page), `settling` (what is suspicious is looked at again until nothing moves any more), [`Report`].
//!
//! It changes nothing, and holds up nobody.

mod case;
mod databases;
mod finality;
mod finding;
mod liveness;
mod merge;
mod money;
mod report;
#[cfg(test)]
mod samples;
mod settling;
mod stock;
mod strays;
mod system;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use revcart_persistence::Durability;
use revcart_runtime::{Clock, Environment};
use saga::order::State;
use shared_events::Service;

use databases::Databases;
use merge::Merge;
pub(crate) use report::Report;
use system::System;

use crate::assembly::Backends;
use crate::inspection::Installation;

/// Rows read together.
const PAGE: u64 = 1_000;
/// Orders that are followed up at the most; where more are suspicious, these are enough to see what is wrong.
const MOST_SUSPECTS: usize = 10_000;

/// Audits a system; what is suspicious has `patience` to settle.
///
/// # Errors
/// When a database is missing or cannot be read.
pub(crate) async fn run(system: &Installation, patience: Duration) -> anyhow::Result<Report> {
    let databases = Databases::open(system).await?;
    let examined = async {
        let mut report = examine(&databases, PAGE, patience, &Clock::system()).await?;
        databases.note_unseen(&mut report).await?;
        Ok(report)
    };
    let report = examined.await;
    databases.close().await;
    report
}

/// Audits after a run against a system whose data are where the environment says, or in this folder; `None` if there is no
/// such folder.
///
/// # Errors
/// As [`run`].
pub(crate) async fn after_load(dir: &Path, patience: Duration) -> anyhow::Result<Option<Report>> {
    let env = Environment::from_process();
    let backends = Backends::from_env(env, dir.to_owned(), Durability::Relaxed)?;
    if backends.needs_folder(&Service::ALL) && !dir.is_dir() {
        return Ok(None);
    }
    Ok(Some(run(&Installation::find(dir)?, patience).await?))
}

/// Reads everything, judges it, and follows up what is suspicious.
async fn examine(
    system: &impl System,
    page: u64,
    patience: Duration,
    clock: &Clock,
) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let products = system.products().await?;
    report.checked.products = products.len() as u64;
    report
        .findings
        .extend(products.iter().flat_map(stock::judge));
    let agents = system.agents().await?;
    report
        .findings
        .extend(agents.iter().filter_map(liveness::judge_agent));

    let suspects = read_all(system, page, &mut report).await?;
    let settled = settling::follow(system, suspects, patience, clock).await?;
    report.findings.extend(settled.findings);
    report.note_moving(settled.moving);

    strays::judge_all(system, &mut report).await?;
    report.findings.sort();
    Ok(report)
}

/// Reads every case once; returns the orders that are suspicious.
async fn read_all(
    system: &impl System,
    page: u64,
    report: &mut Report,
) -> anyhow::Result<BTreeSet<shared_events::OrderId>> {
    let mut suspects = BTreeSet::new();
    let (mut needing_attention, mut too_many) = (0, 0);
    let mut cases = Merge::new(system, page);
    while let Some(case) = cases.next().await? {
        report.checked.count(&case);
        let state = case.saga().map(|saga| saga.state);
        needing_attention += u64::from(state == Some(State::NeedsAttention));
        if case.judge().is_empty() {
            continue;
        }
        if suspects.len() < MOST_SUSPECTS {
            suspects.insert(case.id);
        } else {
            too_many += 1;
        }
    }
    report.note_attention(needing_attention);
    report.note_not_followed(too_many);
    Ok(suspects)
}
