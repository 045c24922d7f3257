//! `revcart load` against a system: shoppers in a process of their own.

use std::collections::BTreeMap;
use std::process::Stdio;

use anyhow::Context;
use serde::Deserialize;
use tokio::process::Child;

use crate::command::prepared;
use crate::system::{System, signal};

/// A load run that is under way.
pub struct Load {
    child: Child,
}

/// What it reports at its end.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Orders that were accepted and have ended.
    pub orders: u64,
    /// Of them confirmed.
    pub confirmed: u64,
    /// Of them cancelled.
    pub cancelled: u64,
    /// Checkouts that were refused before there was an order.
    pub refused: u64,
    /// Orders whose end is not as it should be.
    pub errors: u64,
    /// How long it took.
    pub seconds: f64,
    /// Orders per second.
    pub orders_per_second: f64,
    /// From checkout to its end.
    pub checkout_ms: Percentiles,
    /// Orders by how they ended.
    pub outcomes: BTreeMap<String, u64>,
    /// The first few errors.
    pub first_errors: Vec<String>,
}

/// Milliseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Percentiles {
    /// Half are faster.
    pub p50: f64,
    /// 95 in 100 are faster.
    pub p95: f64,
    /// 99 in 100 are faster.
    pub p99: f64,
}

impl Load {
    /// Sends shoppers; `args` as to `revcart load`. The audit at its end is left out: the caller makes one.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn on(system: &System, args: &[&str]) -> anyhow::Result<Self> {
        Self::at(&system.address(), args)
    }

    /// The same for whatever is at this address.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn at(address: &str, args: &[&str]) -> anyhow::Result<Self> {
        let mut command = prepared();
        command.args(["load", "--json", "--no-audit", "--target", address]);
        command.args(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().context("revcart load cannot be started")?;
        Ok(Self { child })
    }

    /// Whether it is still under way.
    ///
    /// # Errors
    /// When the system cannot say.
    pub fn is_running(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Has shoppers begin no new orders.
    ///
    /// # Errors
    /// When it has ended already.
    pub async fn wind_up(&self) -> anyhow::Result<()> {
        let pid = self.child.id().context("the load run has ended already")?;
        signal(pid, "INT").await
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// When it does not end with a report.
    pub async fn report(self) -> anyhow::Result<Report> {
        let output = self.child.wait_with_output().await?;
        serde_json::from_slice(&output.stdout).with_context(|| {
            let complaint = String::from_utf8_lossy(&output.stderr);
            format!("no report of a load run ({}): {complaint}", output.status)
        })
    }
}

impl Report {
    /// How many orders ended like this.
    #[must_use]
    pub fn outcome(&self, name: &str) -> u64 {
        self.outcomes.get(name).copied().unwrap_or_default()
    }

    /// Every order ended, each in one of these ways.
    ///
    /// # Panics
    /// When it is not so.
    pub fn has_only(&self, ways: &[&str]) {
        assert_eq!(self.errors, 0, "{:#?}", self.first_errors);
        for outcome in self.outcomes.keys() {
            assert!(ways.contains(&outcome.as_str()), "{outcome}: {self:#?}");
        }
        let accounted: u64 = self.outcomes.values().sum();
        assert_eq!(accounted, self.orders + self.refused, "{self:#?}");
        assert_eq!(self.orders, self.confirmed + self.cancelled, "{self:#?}");
    }
}
