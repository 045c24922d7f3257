//! One service's database: a pool of readers, and one writer that everything which changes something goes through.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use revcart_runtime::Clock;
use sea_orm::{DatabaseConnection, SqlxSqliteConnector};
use sea_orm_migration::MigratorTrait;
use shared_events::{MessageId, Service};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use tokio::sync::Mutex;

use crate::outbox::{Feed, Feeder};
use crate::unit_of_work::UnitOfWork;
use crate::writer::Writer;
use crate::{Error, schema};

/// Statement shapes kept prepared on each connection; with [`crate::batch`] a service has far fewer.
const STATEMENT_CACHE: usize = 512;
/// How long a statement waits for another process (an operator's command) that holds the write lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Where the database lives.
#[derive(Debug, Clone)]
pub enum Location {
    /// An `SQLite` file; created when missing.
    File(PathBuf),
}

/// When a commit counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// After the disk has it (`synchronous=FULL`): survives a power cut.
    Full,
    /// After the operating system has it (`synchronous=NORMAL`): survives the process, not a power cut.
    Relaxed,
}

/// How a database is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it lives.
    pub location: Location,
    /// When a commit counts as done.
    pub durability: Durability,
    /// The most connections for reading.
    pub readers: u32,
}

impl Options {
    /// A file with full durability and two readers.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self {
            location: Location::File(path.into()),
            durability: Durability::Full,
            readers: 2,
        }
    }
}

/// A service's database. Cheap to clone; all clones share one writer and one pool of readers.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    source: Service,
    reader: DatabaseConnection,
    writer: Option<Writer>,
    writer_connection: Option<DatabaseConnection>,
    feed: Mutex<Option<Feed>>,
}

impl Database {
    /// Opens (and creates, if missing) the database of `source`.
    ///
    /// # Errors
    /// [`Error::Open`] when the file cannot be opened or is no database.
    pub async fn open(options: &Options, clock: Clock, source: Service) -> Result<Self, Error> {
        let Location::File(path) = &options.location;
        let connect = connect_options(path, options.durability);
        let pool = pool(path, connect.clone(), 1).await?;
        let writer_connection = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
        let readers = SqlitePoolOptions::new()
            .max_connections(options.readers.max(1))
            .min_connections(0)
            .test_before_acquire(false)
            .connect_lazy_with(
                connect
                    .pragma("query_only", "ON")
                    .pragma("cache_size", "-1024"),
            );
        let (feeder, feed) = Feeder::new();
        Ok(Self {
            inner: Arc::new(Inner {
                source,
                reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(readers),
                writer: Some(Writer::start(
                    writer_connection.clone(),
                    clock,
                    source,
                    feeder,
                )),
                writer_connection: Some(writer_connection),
                feed: Mutex::new(Some(feed)),
            }),
        })
    }

    /// Opens an existing database for reading only, beside the process that owns it.
    ///
    /// # Errors
    /// [`Error::Open`] when there is no such database.
    pub async fn inspect(path: &Path, source: Service) -> Result<Self, Error> {
        let connect = connect_options(path, Durability::Relaxed)
            .create_if_missing(false)
            .pragma("query_only", "ON");
        let pool = pool(path, connect, 2).await?;
        Ok(Self {
            inner: Arc::new(Inner {
                source,
                reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(pool),
                writer: None,
                writer_connection: None,
                feed: Mutex::new(None),
            }),
        })
    }

    /// The service whose database this is.
    #[must_use]
    pub fn service(&self) -> Service {
        self.inner.source
    }

    /// The readers: for queries outside transactions. They see every commit that [`Database::write`] has returned from.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.inner.reader
    }

    /// Runs `work` in a transaction and returns once its commit is durable. Writes that wait at the same time share one
    /// commit; each stands behind a savepoint of its own, so an `Err` undoes this write only.
    ///
    /// `work` runs to its end even if the caller goes away, and must have no effect but through the unit of work.
    ///
    /// # Errors
    /// What `work` returned, or an [`Error`] of the transaction.
    pub async fn write<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'a> Fn(&'a mut UnitOfWork, &'a A) -> BoxFuture<'a, Result<T, E>>
            + Send
            + Sync
            + 'static,
    {
        match &self.inner.writer {
            Some(writer) => writer.write(args, work).await,
            None => Err(Error::Closed.into()),
        }
    }

    /// Applies the migrations that are missing.
    ///
    /// # Errors
    /// [`Error::Database`] when one fails.
    pub async fn migrate<M: MigratorTrait>(&self) -> Result<(), Error> {
        let connection = self.inner.writer_connection.as_ref().ok_or(Error::Closed)?;
        Ok(M::up(connection, None).await?)
    }

    /// Refuses to serve on a schema that this program was not written for.
    ///
    /// # Errors
    /// [`Error::Schema`] with the command that mends it.
    pub async fn check_schema<M: MigratorTrait>(&self) -> Result<(), Error> {
        schema::check::<M>(self.read(), self.inner.source).await
    }

    /// The messages committed from here on, for the one relay of this database. The second caller gets `None`.
    pub async fn take_feed(&self) -> Option<Feed> {
        self.inner.feed.lock().await.take()
    }

    /// Whether no other process writes to this database, so that what a crash left may be taken up at once.
    #[must_use]
    pub fn is_sole_owner(&self) -> bool {
        self.inner.writer.is_some()
    }

    /// Ends the writer after the writes in hand and closes every connection.
    pub async fn close(&self) {
        if let Some(writer) = &self.inner.writer {
            writer.stop().await;
        }
        if let Some(connection) = &self.inner.writer_connection {
            close_pool(connection).await;
        }
        close_pool(&self.inner.reader).await;
    }

    /// The order in which ids were made is the order of time: the smallest id made at or after `micros`, for clean-ups by age.
    #[must_use]
    pub fn first_id_at(micros: i64) -> MessageId {
        let millis = u64::try_from(micros / 1000).unwrap_or(0);
        let mut bytes = [0_u8; 16];
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        MessageId::from_uuid(uuid::Uuid::from_bytes(bytes))
    }
}

async fn close_pool(connection: &DatabaseConnection) {
    if let Err(error) = connection.close_by_ref().await {
        tracing::warn!(%error, "a database pool did not close cleanly");
    }
}

async fn pool(
    path: &Path,
    connect: SqliteConnectOptions,
    connections: u32,
) -> Result<SqlitePool, Error> {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false)
        .connect_with(connect)
        .await
        .map_err(|source| Error::Open {
            location: path.display().to_string(),
            source,
        })
}

fn connect_options(path: &Path, durability: Durability) -> SqliteConnectOptions {
    let synchronous = match durability {
        Durability::Full => SqliteSynchronous::Full,
        Durability::Relaxed => SqliteSynchronous::Normal,
    };
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENT_CACHE)
        .pragma("cache_size", "-4096")
        .pragma("wal_autocheckpoint", "4000")
        .pragma("temp_store", "MEMORY")
}
