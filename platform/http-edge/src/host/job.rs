//! Timers and executors: work that is done every so often, or as soon as a commit says that there is some.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use revcart_runtime::{Clock, Shutdown, error_chain};
use tokio::sync::Notify;

/// Why a round of a job failed; it is logged and the job goes on.
pub type JobError = Box<dyn std::error::Error + Send + Sync>;

/// Whether a round left work behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing more to do now.
    Idle,
    /// There is more: the next round follows at once.
    More,
}

/// Wakes a job before its time.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Has the job run now, or once more after the round it is in.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

type Round = dyn Fn() -> BoxFuture<'static, Result<Progress, JobError>> + Send + Sync;

/// A piece of work that comes round.
#[derive(Clone)]
pub struct Job {
    name: &'static str,
    every: Duration,
    wake: Wake,
    round: Arc<Round>,
}

impl Job {
    /// Does `round` every `every`, and whenever it is woken.
    pub fn every<F>(name: &'static str, every: Duration, round: F) -> Self
    where
        F: Fn() -> BoxFuture<'static, Result<Progress, JobError>> + Send + Sync + 'static,
    {
        Self {
            name,
            every,
            wake: Wake::default(),
            round: Arc::new(round),
        }
    }

    /// Uses this wake-up call, which whoever makes work for the job holds too.
    #[must_use]
    pub fn woken_by(self, wake: Wake) -> Self {
        Self { wake, ..self }
    }

    /// What the job is called in logs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Does one round.
    ///
    /// # Errors
    /// What the round returns.
    pub async fn step(&self) -> Result<Progress, JobError> {
        (self.round)().await
    }

    /// Does rounds until shutdown; the one in hand is finished.
    pub async fn run(&self, clock: &Clock, shutdown: &Shutdown) {
        while !shutdown.is_requested() {
            match self.step().await {
                Ok(Progress::More) => continue,
                Ok(Progress::Idle) => {}
                Err(error) => {
                    tracing::warn!(
                        job = self.name,
                        error = error_chain(&*error),
                        "a round of a job failed; it comes round again"
                    )
                }
            }
            tokio::select! {
                () = clock.sleep(self.every) => {}
                () = self.wake.0.notified() => {}
                () = shutdown.requested() => {}
            }
        }
    }
}
