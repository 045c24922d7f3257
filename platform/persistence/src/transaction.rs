//! A database transaction that counts its statements and remembers whether the database asked for it to be run again.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
};

use crate::error::Trouble;

/// A transaction in progress, for the queries of stores.
pub struct Transaction {
    inner: DatabaseTransaction,
    repeat: AtomicBool,
    statements: AtomicU64,
}

impl Transaction {
    pub(crate) fn new(inner: DatabaseTransaction) -> Self {
        Self {
            inner,
            repeat: AtomicBool::new(false),
            statements: AtomicU64::new(0),
        }
    }

    pub(crate) fn into_inner(self) -> DatabaseTransaction {
        self.inner
    }

    /// Has the unit of work run again from its beginning if it fails now: what it has read is no longer so. For who finds that
    /// somebody else has added the row that it had looked for and not found.
    pub fn repeat(&self) {
        self.repeat.store(true, Ordering::Relaxed);
    }

    /// Whether a statement failed in a way (deadlock, lost connection) that the same work may not meet again. Noted here,
    /// because what the work made of the error cannot be told.
    pub(crate) fn is_to_be_repeated(&self) -> bool {
        self.repeat.load(Ordering::Relaxed)
    }

    pub(crate) fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    fn seen<T>(&self, result: Result<T, DbErr>) -> Result<T, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = &result
            && matches!(Trouble::of(error), Trouble::Contention | Trouble::Lost)
        {
            self.repeat();
        }
        result
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.seen(self.inner.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.seen(self.inner.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.seen(self.inner.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.seen(self.inner.query_all_raw(statement).await)
    }
}
