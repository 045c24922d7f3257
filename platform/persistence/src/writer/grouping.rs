//! The one writer of a file: runs as many writes as wait in one transaction and commits once.
//!
//! A commit on a disk that keeps its promise costs a third of a millisecond whatever it carries, so what limits writes is
//! how many share one. A write that fails is undone by its savepoint; a write that is alone needs none.

use revcart_runtime::telemetry::names;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::mpsc;

use super::{Job, Request, Shared};
use crate::error::is_unavailable;
use crate::outbox::{self, Row};
use crate::unit_of_work::{Hook, Store, UnitOfWork};
use crate::{Error, Transaction};

/// Writes that share one commit at the most, which bounds how long the first of them waits.
const MOST_WRITES: usize = 64;

/// What the group in hand has gathered.
#[derive(Default)]
struct Group {
    done: Vec<Box<dyn Job>>,
    outgoing: Vec<Row>,
    hooks: Vec<Hook>,
}

pub(super) struct Run {
    connection: DatabaseConnection,
    shared: Shared,
}

impl Run {
    pub(super) fn new(connection: DatabaseConnection, shared: Shared) -> Self {
        Self { connection, shared }
    }

    pub(super) async fn until_stopped(self, mut waiting: mpsc::Receiver<Request>) {
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
        tx: Transaction,
        mut job: Box<dyn Job>,
        group: &mut Group,
    ) -> Result<Option<Transaction>, DbErr> {
        let alone = group.done.is_empty();
        if !alone {
            tx.execute_unprepared("SAVEPOINT one_write").await?;
        }
        let mut unit = UnitOfWork::new(Store::Sql(tx), self.shared.clock.now(), self.shared.source);
        let kept = job.run(&mut unit).await;
        let (store, outgoing, hooks) = unit.into_parts();
        let Store::Sql(tx) = store else {
            unreachable!("it was made of SQL three lines above")
        };
        if kept {
            group.done.push(job);
            group.outgoing.extend(outgoing);
            group.hooks.extend(hooks);
            return Ok(Some(tx));
        }
        let undone = if alone {
            tx.into_inner().rollback().await.map(|()| None)
        } else {
            let back = "ROLLBACK TO one_write; RELEASE one_write";
            tx.execute_unprepared(back).await.map(|_| Some(tx))
        };
        job.answer(Ok(()));
        undone
    }

    async fn finish(&self, tx: Transaction, group: Group) {
        let written = match outbox::sql::insert(&tx, &group.outgoing, self.shared.clock.now()).await
        {
            Ok(()) => tx.into_inner().commit().await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            return fail(group, &error);
        }
        metrics::histogram!(names::DB_WRITES_PER_COMMIT, "service" => self.shared.source.name())
            .record(group.done.len() as f64);
        self.shared.feeder.offer(group.outgoing);
        for hook in group.hooks {
            hook();
        }
        for job in group.done {
            job.answer(Ok(()));
        }
    }

    async fn begin(&self) -> Result<Transaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let begun = self.connection.begin_with_options(options).await?;
        Ok(Transaction::new(begun))
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
