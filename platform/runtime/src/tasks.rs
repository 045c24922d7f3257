//! The set of everything that runs in the background; the only home of `tokio::spawn`.

use std::any::Any;
use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tracing::Instrument;

use crate::{Shutdown, error_chain};

/// Background tasks of one process. A task that fails takes the process down in an orderly way:
/// a consumer that silently died would look like a healthy one. Clones share the set.
#[derive(Clone, Debug)]
pub struct Tasks {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    shutdown: Shutdown,
    running: watch::Sender<BTreeMap<u64, Running>>,
    next: AtomicU64,
    failure: OnceLock<String>,
}

#[derive(Debug)]
struct Running {
    name: &'static str,
    abort: Option<AbortHandle>,
}

/// How a task ended: `()` is always well, `Result<(), E>` may be a failure.
pub trait Outcome {
    /// The failure with its chain of causes, if it was one.
    fn failure(self) -> Option<String>;
}

impl Outcome for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> Outcome for Result<(), E> {
    fn failure(self) -> Option<String> {
        self.err().map(|error| error_chain(&*error.into()))
    }
}

impl Tasks {
    /// An empty set; `shutdown` is what a failing task triggers and what [`Tasks::drain`] requests.
    pub fn new(shutdown: Shutdown) -> Self {
        Self {
            inner: Arc::new(Inner {
                shutdown,
                running: watch::Sender::default(),
                next: AtomicU64::new(0),
                failure: OnceLock::new(),
            }),
        }
    }

    /// Runs `task` in the background under `name`. If it panics or returns an error, that is logged and shutdown is triggered.
    /// Its end without failure is an end like any other.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn spawn<F>(&self, name: &'static str, task: F)
    where
        F: Future + Send + 'static,
        F::Output: Outcome,
    {
        let number = self.inner.next.fetch_add(1, Ordering::Relaxed);
        self.inner
            .running
            .send_modify(|running| drop(running.insert(number, Running { name, abort: None })));
        let ended = Ended {
            inner: Arc::clone(&self.inner),
            number,
        };
        let task = async move {
            let ended = ended;
            let failure = match AssertUnwindSafe(task).catch_unwind().await {
                Ok(outcome) => outcome.failure(),
                Err(panic) => Some(format!("panicked: {}", panic_message(&*panic))),
            };
            if let Some(failure) = failure {
                ended.inner.fail(name, &failure);
            }
        }
        .instrument(tracing::info_span!("task", task = name));
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place that spawns"
        )]
        let handle = tokio::spawn(task).abort_handle();
        self.inner.running.send_if_modified(|running| {
            if let Some(running) = running.get_mut(&number) {
                running.abort = Some(handle);
            }
            false
        });
    }

    /// Requests shutdown and waits until every task has ended, at most `patience`.
    /// Returns the names of those that had not; they are aborted.
    pub async fn drain(&self, patience: Duration) -> Vec<&'static str> {
        self.inner.shutdown.trigger();
        let mut running = self.inner.running.subscribe();
        let all_ended = running.wait_for(BTreeMap::is_empty);
        if tokio::time::timeout(patience, all_ended).await.is_ok() {
            return Vec::new();
        }
        // The lock is released before anything is aborted: a task that is dropped takes itself off the list.
        let (names, aborts): (Vec<_>, Vec<_>) = running
            .borrow()
            .values()
            .map(|task| (task.name, task.abort.clone()))
            .unzip();
        aborts.iter().flatten().for_each(AbortHandle::abort);
        names
    }

    /// The names of the tasks that run now.
    pub fn running(&self) -> Vec<&'static str> {
        self.inner
            .running
            .borrow()
            .values()
            .map(|task| task.name)
            .collect()
    }

    /// The first failure of a task, with the task's name: the process should end with an error status.
    pub fn failure(&self) -> Option<String> {
        self.inner.failure.get().cloned()
    }

    /// What these tasks are asked to stop by.
    pub fn shutdown(&self) -> &Shutdown {
        &self.inner.shutdown
    }
}

impl Inner {
    fn fail(&self, name: &'static str, failure: &str) {
        tracing::error!(task = name, error = failure, "a task failed; stopping");
        // Only the first failure is kept: what follows is mostly its consequence.
        let _ = self.failure.set(format!("{name}: {failure}"));
        self.shutdown.trigger();
    }
}

/// Takes the task off the list when it ends, also when it is aborted.
struct Ended {
    inner: Arc<Inner>,
    number: u64,
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.inner
            .running
            .send_modify(|running| drop(running.remove(&self.number)));
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

#[cfg(test)]
mod tests;
