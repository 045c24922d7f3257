//! The one writer of a database: takes writes from a queue, runs as many as wait in one transaction, commits once.
//!
//! A commit on a disk that keeps its promise costs a third of a millisecond whatever it carries, so what limits writes is
//! how many share one. A write that fails is undone by its savepoint; a write that is alone needs none.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use futures::future::BoxFuture;
use revcart_runtime::Clock;
use revcart_runtime::telemetry::names;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use shared_events::Service;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::Error;
use crate::error::is_unavailable;
use crate::outbox::{self, Feeder, Row};
use crate::unit_of_work::{Hook, UnitOfWork};

/// Writes that may wait; more wait in their callers.
const QUEUE: usize = 1024;
/// Writes that share one commit at the most, which bounds how long the first of them waits.
const MOST_WRITES: usize = 64;

pub(crate) struct Writer {
    queue: mpsc::Sender<Request>,
    ended: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

enum Request {
    Write(Box<dyn Job>),
    Stop,
}

/// A write with its result type forgotten.
trait Job: Send {
    /// Runs the work; `false` when it failed and must be undone.
    fn run<'a>(&'a mut self, unit: &'a mut UnitOfWork) -> BoxFuture<'a, bool>;
    /// Answers the caller, after the commit or the failure of it.
    fn answer(self: Box<Self>, commit: Result<(), Error>);
}

struct Work<A, T, E, F> {
    args: A,
    work: F,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<A, T, E, F> Job for Work<A, T, E, F>
where
    A: Send + Sync + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: for<'a> Fn(&'a mut UnitOfWork, &'a A) -> BoxFuture<'a, Result<T, E>> + Send + Sync + 'static,
{
    fn run<'a>(&'a mut self, unit: &'a mut UnitOfWork) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let attempt = AssertUnwindSafe((self.work)(unit, &self.args))
                .catch_unwind()
                .await;
            let outcome = attempt
                .unwrap_or_else(|panic| Err(Error::Panicked(panic_text(panic.as_ref())).into()));
            let kept = outcome.is_ok();
            self.outcome = Some(outcome);
            kept
        })
    }

    fn answer(self: Box<Self>, commit: Result<(), Error>) {
        let result = match (commit, self.outcome) {
            (_, Some(Err(error))) => Err(error),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(Error::Closed.into()),
        };
        // The caller may have gone away; the write stands all the same.
        let _ = self.reply.send(result);
    }
}

impl Writer {
    #[expect(
        clippy::disallowed_methods,
        reason = "the writer belongs to the database and ends with its last handle, after every task that writes"
    )]
    pub(crate) fn start(
        connection: DatabaseConnection,
        clock: Clock,
        source: Service,
        feeder: Feeder,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let run = Run {
            connection,
            clock,
            source,
            feeder,
        };
        let ended = tokio::spawn(run.until_stopped(waiting));
        Self {
            queue,
            ended: Mutex::new(Some(ended)),
        }
    }

    pub(crate) async fn write<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'a> Fn(&'a mut UnitOfWork, &'a A) -> BoxFuture<'a, Result<T, E>>
            + Send
            + Sync
            + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Work {
            args,
            work,
            outcome: None,
            reply,
        };
        self.queue
            .send(Request::Write(Box::new(job)))
            .await
            .map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Lets the writes already queued finish, then ends.
    pub(crate) async fn stop(&self) {
        if let Some(ended) = self.ended.lock().await.take() {
            // The writer may already be gone.
            let _ = self.queue.send(Request::Stop).await;
            if let Err(error) = ended.await {
                tracing::error!(%error, "the database writer ended with a panic");
            }
        }
    }
}

/// What the group in hand has gathered.
#[derive(Default)]
struct Group {
    done: Vec<Box<dyn Job>>,
    outgoing: Vec<Row>,
    hooks: Vec<Hook>,
}

struct Run {
    connection: DatabaseConnection,
    clock: Clock,
    source: Service,
    feeder: Feeder,
}

impl Run {
    async fn until_stopped(self, mut waiting: mpsc::Receiver<Request>) {
        while let Some(Request::Write(first)) = waiting.recv().await {
            self.commit_group(first, &mut waiting).await;
        }
        waiting.close();
        while let Ok(request) = waiting.try_recv() {
            if let Request::Write(job) = request {
                job.answer(Err(Error::Closed));
            }
        }
    }

    async fn commit_group(&self, first: Box<dyn Job>, waiting: &mut mpsc::Receiver<Request>) {
        let mut tx = match self.begin().await {
            Ok(tx) => tx,
            Err(error) => return first.answer(Err(error.into())),
        };
        let mut group = Group::default();
        let mut next = Some(first);
        while let Some(job) = next.take() {
            tx = match self.run(tx, job, &mut group).await {
                Ok(Some(tx)) => tx,
                // Rolled back as a whole: it held nothing but the failed write.
                Ok(None) => return,
                Err(error) => return fail(group, &error),
            };
            if group.done.len() < MOST_WRITES {
                next = match waiting.try_recv() {
                    Ok(Request::Write(job)) => Some(job),
                    Ok(Request::Stop) => {
                        waiting.close();
                        None
                    }
                    Err(_) => None,
                };
            }
        }
        self.finish(tx, group).await;
    }

    /// Runs one write. The first of a group needs no savepoint: if it fails, there is nothing else to keep. The savepoints
    /// of writes that went well stay open until the commit, which ends them all: closing each would be a statement more.
    async fn run(
        &self,
        tx: DatabaseTransaction,
        mut job: Box<dyn Job>,
        group: &mut Group,
    ) -> Result<Option<DatabaseTransaction>, DbErr> {
        let alone = group.done.is_empty();
        if !alone {
            tx.execute_unprepared("SAVEPOINT one_write").await?;
        }
        let mut unit = UnitOfWork::new(tx, self.clock.now(), self.source);
        let kept = job.run(&mut unit).await;
        let (tx, outgoing, hooks) = unit.into_parts();
        if kept {
            group.done.push(job);
            group.outgoing.extend(outgoing);
            group.hooks.extend(hooks);
            return Ok(Some(tx));
        }
        let undone = if alone {
            tx.rollback().await.map(|()| None)
        } else {
            let back = "ROLLBACK TO one_write; RELEASE one_write";
            tx.execute_unprepared(back).await.map(|_| Some(tx))
        };
        job.answer(Ok(()));
        undone
    }

    async fn finish(&self, tx: DatabaseTransaction, group: Group) {
        let written = match outbox::insert(&tx, &group.outgoing, self.clock.now()).await {
            Ok(()) => tx.commit().await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            return fail(group, &error);
        }
        metrics::histogram!(names::DB_WRITES_PER_COMMIT, "service" => self.source.name())
            .record(group.done.len() as f64);
        self.feeder.offer(group.outgoing);
        for hook in group.hooks {
            hook();
        }
        for job in group.done {
            job.answer(Ok(()));
        }
    }

    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.connection.begin_with_options(options).await
    }
}

fn fail(group: Group, error: &DbErr) {
    tracing::error!(%error, writes = group.done.len(), "a commit failed; nothing of it was kept");
    for job in group.done {
        let reason = error.to_string();
        let outage = is_unavailable(error);
        job.answer(Err(Error::Commit { reason, outage }));
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
