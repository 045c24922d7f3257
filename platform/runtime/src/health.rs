//! Whether the process can serve: a switch, and checks of what it depends on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures::future::{BoxFuture, join_all};
use serde::Serialize;

/// The longest a check may take: an answer that comes later is no answer to a probe.
const PATIENCE: Duration = Duration::from_secs(2);

type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// Readiness of one service (or of one process). Not ready until [`Health::set_ready`]. Clones share the state.
#[derive(Clone, Default)]
pub struct Health {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    ready: AtomicBool,
    checks: RwLock<Vec<(String, Check)>>,
}

/// What was found. `ready` is true when the switch is on and every check passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether requests should be sent here.
    pub ready: bool,
    /// Every check in the order of registration.
    pub checks: Vec<Checked>,
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// What was checked, e.g. `database`.
    pub name: String,
    /// Whether it is well.
    pub ok: bool,
    /// What is wrong; for operators, not for the public.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl Health {
    /// Nothing to check yet, and not ready.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a check. It is run for every report, so it should be cheap; after two seconds it counts as failed.
    /// A second check of the same name replaces the first.
    pub fn register<F>(&self, name: impl Into<String>, check: F)
    where
        F: Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync + 'static,
    {
        let name = name.into();
        let mut checks = self
            .inner
            .checks
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        checks.retain(|(known, _)| *known != name);
        checks.push((name, Arc::new(check)));
    }

    /// Turns readiness on when serving begins, and off when shutdown begins (so that no new requests come).
    pub fn set_ready(&self, ready: bool) {
        self.inner.ready.store(ready, Ordering::Release);
    }

    /// Whether the switch is on; checks are not run.
    pub fn is_ready(&self) -> bool {
        self.inner.ready.load(Ordering::Acquire)
    }

    /// Runs all checks side by side.
    pub async fn report(&self) -> Report {
        let checks = self
            .inner
            .checks
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let checks = join_all(checks.into_iter().map(run)).await;
        Report {
            ready: self.is_ready() && checks.iter().all(|check| check.ok),
            checks,
        }
    }
}

impl std::fmt::Debug for Health {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Health")
            .field("ready", &self.is_ready())
            .finish_non_exhaustive()
    }
}

async fn run((name, check): (String, Check)) -> Checked {
    let result = tokio::time::timeout(PATIENCE, check())
        .await
        .unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())));
    Checked {
        name,
        ok: result.is_ok(),
        problem: result.err(),
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn passing() -> BoxFuture<'static, Result<(), String>> {
        async { Ok(()) }.boxed()
    }

    #[tokio::test]
    async fn nobody_is_ready_before_saying_so() {
        let health = Health::new();
        health.register("database", passing);
        assert!(!health.report().await.ready);
        health.set_ready(true);
        assert!(health.report().await.ready);
        health.set_ready(false);
        assert!(!health.report().await.ready);
    }

    #[tokio::test]
    async fn one_failing_check_makes_it_unready_and_says_why() {
        let health = Health::new();
        health.set_ready(true);
        health.register("database", passing);
        health.register("bus", || async { Err("disk is full".to_owned()) }.boxed());
        let report = health.report().await;
        assert!(!report.ready);
        assert!(report.checks[0].ok);
        assert_eq!(report.checks[1].problem.as_deref(), Some("disk is full"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_that_hangs_counts_as_failed() {
        let health = Health::new();
        health.set_ready(true);
        health.register("broker", || std::future::pending().boxed());
        let report = health.report().await;
        assert!(!report.ready);
        assert_eq!(
            report.checks[0].problem.as_deref(),
            Some("no answer within 2 s")
        );
    }

    #[tokio::test]
    async fn a_later_check_of_the_same_name_replaces_the_earlier() {
        let health = Health::new();
        health.set_ready(true);
        health.register("bus", || async { Err("old".to_owned()) }.boxed());
        health.register("bus", passing);
        let report = health.report().await;
        assert!(report.ready);
        assert_eq!(report.checks.len(), 1);
    }
}
