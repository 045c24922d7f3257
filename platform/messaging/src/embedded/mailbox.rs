//! What waits for the storage thread. Everything that has gathered while it wrote becomes its next transaction.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use shared_events::{Attributes, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::routes::QueueSet;
use super::stored::Stored;

/// How long deletions wait for company: they need not survive a crash, a message that comes again is recognised.
const LINGER: Duration = Duration::from_millis(20);
/// Deletions in one transaction at the most, so that no publish waits for those of a long backlog.
const MOST_GONE: usize = 20_000;

/// Done, or why not.
pub(super) type Answer = oneshot::Sender<Result<(), String>>;

/// A message on its way into queues.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) message: Arc<Stored>,
    pub(super) queues: QueueSet,
    /// Not visible before, if it was published with a delay.
    pub(super) delayed_until: Option<Timestamp>,
}

/// A message on its way to the dead letters.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) seq: u64,
    pub(super) receives: u32,
    pub(super) why: Attributes,
}

/// What somebody waits for.
#[derive(Debug)]
pub(super) enum Job {
    Publish {
        arrivals: Vec<Arrival>,
        /// Given back when the messages are written: it bounds what waits.
        room: OwnedSemaphorePermit,
        answer: Answer,
    },
    DeadLetter {
        queue: usize,
        letters: Vec<Letter>,
        answer: Answer,
    },
    Purge {
        queue: usize,
        answer: Answer,
    },
    /// Answered when everything before it is written.
    Flush {
        answer: Answer,
    },
}

/// A receive to remember: the how-manieth it is, and until when the message is invisible.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) queue: usize,
    pub(super) seq: u64,
    pub(super) receives: u32,
    pub(super) until: Timestamp,
}

/// A message that a queue no longer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Gone {
    pub(super) seq: u64,
    pub(super) queue: usize,
}

/// One transaction's worth.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) jobs: Vec<Job>,
    pub(super) marks: Vec<Mark>,
    pub(super) gone: Vec<Gone>,
}

/// Where receivers and publishers leave their work, and the storage thread finds it.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    waiting: Mutex<Waiting>,
    wake: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    batch: Batch,
    sleep: Sleep,
    closed: bool,
}

/// Whether the storage thread sleeps, and what it wants to be woken for.
#[derive(Debug, Default, Clone, Copy)]
enum Sleep {
    #[default]
    No,
    UntilAnything,
    UntilUrgent,
}

impl Mailbox {
    /// Leaves a job. If the mailbox is closed, it is dropped, and with it the answer's sender.
    pub(super) fn put(&self, job: Job) {
        self.add(|batch| batch.jobs.push(job));
    }

    /// Leaves what a receive is to remember.
    pub(super) fn mark(&self, marks: impl Iterator<Item = Mark>) {
        self.add(|batch| batch.marks.extend(marks));
    }

    /// Leaves deletions.
    pub(super) fn gone(&self, gone: impl Iterator<Item = Gone>) {
        self.add(|batch| batch.gone.extend(gone));
    }

    /// No more is taken in; what is there will still be written.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_one();
    }

    /// Drops what is there: whoever waits for it learns that it will not be done.
    pub(super) fn clear(&self) {
        let batch = std::mem::take(&mut self.lock().batch);
        drop(batch);
    }

    /// Waits for work; `None` when there is none and there will be none.
    pub(super) fn take(&self) -> Option<Batch> {
        let mut waiting = self.lock();
        let mut linger_until = None;
        while !waiting.closed && !waiting.batch.is_urgent() {
            if waiting.batch.gone.is_empty() {
                waiting.sleep = Sleep::UntilAnything;
                waiting = self
                    .wake
                    .wait(waiting)
                    .unwrap_or_else(PoisonError::into_inner);
            } else {
                let until = *linger_until.get_or_insert_with(|| Instant::now() + LINGER);
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                waiting.sleep = Sleep::UntilUrgent;
                (waiting, _) = self
                    .wake
                    .wait_timeout(waiting, left)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            waiting.sleep = Sleep::No;
        }
        waiting.batch.take()
    }

    /// Puts back what could not be written and can be tried again; waits a moment so as not to try in a tight loop.
    pub(super) fn put_back(&self, marks: Vec<Mark>, gone: Vec<Gone>, pause: Duration) {
        let mut waiting = self.lock();
        if waiting.closed {
            // Nothing is lost that matters: the messages come again at the next start and are recognised.
            return;
        }
        waiting.batch.marks.splice(..0, marks);
        waiting.batch.gone.splice(..0, gone);
        let woken = self
            .wake
            .wait_timeout_while(waiting, pause, |waiting| !waiting.closed);
        drop(woken.unwrap_or_else(PoisonError::into_inner));
    }

    fn add(&self, put: impl FnOnce(&mut Batch)) {
        let mut waiting = self.lock();
        if waiting.closed {
            return;
        }
        put(&mut waiting.batch);
        let wanted = match waiting.sleep {
            Sleep::No => false,
            Sleep::UntilAnything => true,
            Sleep::UntilUrgent => waiting.batch.is_urgent(),
        };
        if wanted {
            waiting.sleep = Sleep::No;
            drop(waiting);
            self.wake.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Batch {
    fn is_urgent(&self) -> bool {
        !self.jobs.is_empty() || !self.marks.is_empty() || self.gone.len() >= MOST_GONE
    }

    fn take(&mut self) -> Option<Self> {
        if self.jobs.is_empty() && self.marks.is_empty() && self.gone.is_empty() {
            return None;
        }
        let mut batch = std::mem::take(self);
        let flush = batch
            .jobs
            .iter()
            .any(|job| matches!(job, Job::Flush { .. }));
        if batch.gone.len() > MOST_GONE && !flush {
            self.gone = batch.gone.split_off(MOST_GONE);
        }
        Some(batch)
    }
}
