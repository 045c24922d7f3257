//! A writer of a database server: one write a transaction, several such writers at a time, here and in other processes.
//!
//! Two writes may meet on the same rows in a different order, or a connection may be lost half-way: the server gives the
//! transaction up, and the write runs again from its beginning. Only a commit whose answer is lost leaves open what became
//! of it; its caller is told so, and what comes again is recognised by its message id or idempotency key.

use std::sync::Arc;
use std::time::Duration;

use rand::Rng;
use revcart_runtime::telemetry::names;
use sea_orm::{DatabaseConnection, DbErr, TransactionTrait};
use tokio::sync::{Mutex, mpsc};

use super::{Job, Request, Shared};
use crate::documents::Documents;
use crate::error::Trouble;
use crate::outbox::{self, Row};
use crate::unit_of_work::{Hook, Store, UnitOfWork};
use crate::{Error, Transaction};

/// How often one write is tried before its failure stands.
const ATTEMPTS: u32 = 10;
/// The longest pause before the second attempt, doubled with each further one; a random part of it is waited, so that those
/// who met do not meet again.
const FIRST_PAUSE: Duration = Duration::from_millis(4);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// Where the transactions are.
#[derive(Clone)]
pub(super) enum Target {
    Sql(DatabaseConnection),
    Documents(Documents),
}

pub(super) struct Lane {
    target: Target,
    shared: Shared,
}

/// How one attempt at a write ended.
enum Attempt {
    Committed(Vec<Row>, Vec<Hook>),
    /// The work itself failed; its caller gets what it said.
    Refused,
    /// It may go through if it is done again; if not, its caller gets what it said, or this.
    Again(Error),
    /// The commit failed, or nothing could be begun.
    Failed(Error),
}

impl Lane {
    pub(super) fn new(target: Target, shared: Shared) -> Self {
        Self { target, shared }
    }

    pub(super) async fn until_stopped(self, waiting: Arc<Mutex<mpsc::Receiver<Request>>>) {
        loop {
            let next = {
                let mut waiting = waiting.lock().await;
                let next = waiting.recv().await;
                if matches!(next, Some(Request::Stop)) {
                    // What was queued before is still run, by whichever writer is free.
                    waiting.close();
                }
                next
            };
            match next {
                Some(Request::Write(job)) => self.write(job).await,
                Some(Request::Stop) => {}
                None => return,
            }
        }
    }

    async fn write(&self, mut job: Box<dyn Job>) {
        let mut attempt = 1;
        loop {
            match self.attempt(job.as_mut(), attempt).await {
                Attempt::Committed(outgoing, hooks) => {
                    self.shared.feeder.offer(outgoing);
                    for hook in hooks {
                        hook();
                    }
                    return job.answer(Ok(()));
                }
                Attempt::Refused => return job.answer(Ok(())),
                Attempt::Failed(error) => return job.answer(Err(error)),
                Attempt::Again(error) if attempt == ATTEMPTS => {
                    tracing::warn!(service = self.shared.source.name(), attempt, %error, "a write was given up");
                    return job.answer(Err(error));
                }
                Attempt::Again(error) => {
                    tracing::debug!(service = self.shared.source.name(), attempt, %error, "a write is run again");
                    metrics::counter!(names::DB_RETRIES, "service" => self.shared.source.name())
                        .increment(1);
                    tokio::time::sleep(pause(attempt)).await;
                    attempt += 1;
                }
            }
        }
    }

    async fn attempt(&self, job: &mut dyn Job, attempt: u32) -> Attempt {
        let begun = match &self.target {
            Target::Sql(connection) => match connection.begin().await {
                Ok(tx) => Ok(Store::Sql(Transaction::new(tx))),
                Err(error) => Err(of_sql(error)),
            },
            Target::Documents(documents) => match documents.begin().await {
                Ok(documents) => Ok(Store::Documents(documents)),
                Err(error) => Err(Attempt::Failed(error)),
            },
        };
        let store = match begun {
            Ok(store) => store,
            Err(ended) => return ended,
        };
        let now = self.shared.clock.now();
        let mut unit = UnitOfWork::new(store, now, self.shared.source);
        let kept = job.run(&mut unit).await;
        let (store, outgoing, hooks) = unit.into_parts();
        let ended = match store {
            Store::Sql(tx) if kept => {
                let written = outbox::sql::insert(&tx, &outgoing, now).await;
                self.count(tx.statements());
                commit(tx, written).await
            }
            Store::Documents(documents) if kept => {
                let written = outbox::documents::insert(&documents, &outgoing, now).await;
                self.count(documents.operations());
                commit_documents(documents, written, attempt).await
            }
            Store::Sql(tx) => {
                let again = tx.is_to_be_repeated();
                // A connection that is gone has rolled back by itself.
                if let Err(error) = tx.into_inner().rollback().await {
                    tracing::debug!(%error, "a roll-back found no connection");
                }
                return refused(again);
            }
            Store::Documents(documents) => {
                let again = documents.is_to_be_repeated(attempt);
                documents.roll_back().await;
                return refused(again);
            }
        };
        match ended {
            None => Attempt::Committed(outgoing, hooks),
            Some(ended) => ended,
        }
    }

    /// Round trips: the statements, and those that begin and end the transaction.
    fn count(&self, statements: u64) {
        let service = self.shared.source.name();
        metrics::counter!(names::DB_STATEMENTS, "service" => service, "pool" => "writers")
            .increment(statements);
        metrics::counter!(names::DB_TRANSACTIONS, "service" => service).increment(1);
    }
}

fn refused(again: bool) -> Attempt {
    if again {
        Attempt::Again(Error::Commit {
            reason: "it met other writes too often".to_owned(),
            outage: true,
        })
    } else {
        Attempt::Refused
    }
}

async fn commit(tx: Transaction, written: Result<(), DbErr>) -> Option<Attempt> {
    if let Err(error) = written {
        if let Err(error) = tx.into_inner().rollback().await {
            tracing::debug!(%error, "a roll-back found no connection");
        }
        return Some(of_sql(error));
    }
    match tx.into_inner().commit().await {
        Ok(()) => None,
        // Some servers refuse at the commit, which has then done nothing.
        Err(error) if Trouble::of(&error) == Trouble::Contention => Some(of_sql(error)),
        Err(error) => {
            tracing::error!(%error, "the answer to a commit is lost");
            Some(Attempt::Failed(Error::Commit {
                reason: error.to_string(),
                outage: true,
            }))
        }
    }
}

async fn commit_documents(
    documents: Documents,
    written: Result<(), Error>,
    attempt: u32,
) -> Option<Attempt> {
    if let Err(error) = written {
        let again = documents.is_to_be_repeated(attempt);
        documents.roll_back().await;
        return Some(if again {
            Attempt::Again(error)
        } else {
            Attempt::Failed(error)
        });
    }
    match documents.commit().await {
        Ok(true) => None,
        Ok(false) => Some(refused(true)),
        Err(error) => {
            tracing::error!(%error, "the answer to a commit is lost");
            Some(Attempt::Failed(Error::Commit {
                reason: error.to_string(),
                outage: true,
            }))
        }
    }
}

/// What a statement's failure means outside the work: no connection at all is not worth another attempt.
fn of_sql(error: DbErr) -> Attempt {
    match Trouble::of(&error) {
        Trouble::Contention | Trouble::Lost => Attempt::Again(error.into()),
        Trouble::Outage | Trouble::Statement => Attempt::Failed(error.into()),
    }
}

fn pause(attempt: u32) -> Duration {
    let longest = FIRST_PAUSE
        .saturating_mul(1 << attempt.min(10))
        .min(LONGEST_PAUSE);
    longest.mul_f64(rand::rng().random::<f64>())
}
