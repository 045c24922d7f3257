//! A transaction in progress, and how it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use mongodb::ClientSession;
use mongodb::error::UNKNOWN_TRANSACTION_COMMIT_RESULT;
use mongodb::options::{Acknowledgment, ReadConcern, TransactionOptions, WriteConcern};
use tokio::sync::{Mutex, MutexGuard};

use super::{Documents, failure};
use crate::Error;

/// Attempts at a commit whose answer got lost; committing again is safe.
const COMMIT_ATTEMPTS: u32 = 5;

/// Attempts at a write that a unique index refuses.
const DUPLICATE_ATTEMPTS: u32 = 4;

/// A transaction's session, and what has been seen of it.
pub(super) struct Open {
    session: Mutex<ClientSession>,
    repeat: AtomicBool,
    duplicate: AtomicBool,
    operations: AtomicU64,
}

impl Open {
    pub(super) async fn session(&self) -> MutexGuard<'_, ClientSession> {
        self.session.lock().await
    }

    pub(super) fn repeat(&self) {
        self.repeat.store(true, Ordering::Relaxed);
    }

    pub(super) fn meet_duplicate(&self) {
        self.duplicate.store(true, Ordering::Relaxed);
    }

    pub(super) fn count(&self) {
        self.operations.fetch_add(1, Ordering::Relaxed);
    }
}

impl Documents {
    /// The same database within a new transaction. It begins on the server with its first operation.
    pub(crate) async fn begin(&self) -> Result<Self, Error> {
        let mut session = self.database.client().start_session().await?;
        let majority = WriteConcern::builder().w(Acknowledgment::Majority).build();
        let options = TransactionOptions::builder()
            .read_concern(ReadConcern::snapshot())
            .write_concern(majority)
            .build();
        session.start_transaction().with_options(options).await?;
        Ok(Self {
            database: self.database.clone(),
            open: Some(Arc::new(Open {
                session: Mutex::new(session),
                repeat: AtomicBool::new(false),
                duplicate: AtomicBool::new(false),
                operations: AtomicU64::new(0),
            })),
        })
    }

    /// Whether an operation met another transaction or lost its connection, so that the same work may go through.
    ///
    /// A unique index may refuse what another transaction has just written or is about to take back, also where the key does
    /// not change: its word counts only when it has been said [`DUPLICATE_ATTEMPTS`] times.
    pub(crate) fn is_to_be_repeated(&self, attempt: u32) -> bool {
        self.open.as_ref().is_some_and(|open| {
            open.repeat.load(Ordering::Relaxed)
                || (attempt < DUPLICATE_ATTEMPTS && open.duplicate.load(Ordering::Relaxed))
        })
    }

    pub(crate) fn operations(&self) -> u64 {
        self.open
            .as_ref()
            .map_or(0, |open| open.operations.load(Ordering::Relaxed))
    }

    /// Commits; `Ok(false)` if the server has given the transaction up and the work is to be done again.
    pub(crate) async fn commit(self) -> Result<bool, Error> {
        let Some(open) = &self.open else {
            return Ok(true);
        };
        let mut session = open.session().await;
        let mut attempt = 1;
        loop {
            match session.commit_transaction().await {
                Ok(()) => return Ok(true),
                Err(error) if failure::is_to_be_repeated(&error) => return Ok(false),
                Err(error)
                    if attempt < COMMIT_ATTEMPTS
                        && error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT) =>
                {
                    attempt += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Gives the transaction up. The server does the same by itself in the end, so a failure is only noted.
    pub(crate) async fn roll_back(self) {
        if let Some(open) = &self.open
            && let Err(error) = open.session().await.abort_transaction().await
        {
            tracing::debug!(%error, "a transaction could not be given up; the server will");
        }
    }
}
