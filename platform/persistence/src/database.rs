//! One service's database, wherever it lives: readers, and writers that everything which changes something goes through.
//!
//! An `SQLite` file has one writer, which puts many writes into one commit; a database server has several, each of which
//! runs one write at a time, and runs it again when the server says that it met another one's.

mod refusal;
mod server;
mod sqlite;

use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;
use revcart_runtime::Clock;
use revcart_runtime::config::Secret;
use revcart_runtime::telemetry::names;
use sea_orm::{DatabaseConnection, DbBackend};
use shared_events::{MessageId, Service};
use tokio::sync::Mutex;

use crate::Error;
use crate::documents::{self, Documents};
use crate::outbox::{Feed, Feeder};
use crate::schema::{self, Schema};
use crate::unit_of_work::UnitOfWork;
use crate::writer::{Lanes, Writer};
use server::Server;

/// Stands for an address that cannot be read and may hold a password.
pub(crate) const WITHHELD: &str = "(address not shown)";

/// Where the database lives.
#[derive(Debug, Clone)]
pub enum Location {
    /// An `SQLite` file; created when missing.
    File(PathBuf),
    /// A server: `mongodb://…` for the services that keep documents, `mysql://…` or `postgres://…` for the others.
    Server(Secret),
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
    /// Transactions at a time; one, whatever is said here, in a file.
    pub writers: u32,
}

impl Options {
    /// A file with full durability and two readers.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self {
            location: Location::File(path.into()),
            durability: Durability::Full,
            readers: 2,
            writers: 1,
        }
    }

    /// A server with as many connections as one process should need.
    #[must_use]
    pub fn server(address: Secret) -> Self {
        Self {
            location: Location::Server(address),
            durability: Durability::Full,
            readers: 10,
            writers: 4,
        }
    }
}

/// Connections to one database, for reading and for transactions.
struct Connections {
    readers: DatabaseConnection,
    writers: Option<DatabaseConnection>,
}

/// How many there may be.
#[derive(Clone, Copy)]
struct Bounds {
    readers: u32,
    /// None for who only looks.
    writers: u32,
}

/// The readers of a database, in the one of its two kinds that the service lives in.
pub enum Reader<'a> {
    /// `SQLite`, MySQL or PostgreSQL.
    Sql(&'a DatabaseConnection),
    /// MongoDB.
    Documents(&'a Documents),
}

/// A service's database. Cheap to clone; all clones share one writer and one pool of readers.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    source: Service,
    store: Store,
    writer: Option<Writer>,
    is_file: bool,
    feed: Mutex<Option<Feed>>,
}

enum Store {
    Sql(Connections),
    Documents(Documents),
}

impl Database {
    /// Opens the database of `source`; a file is created if there is none.
    ///
    /// # Errors
    /// [`Error::Open`], which says why and what to do, when it is out of reach, refuses the login, or is of a kind that
    /// `source` has no store for.
    pub async fn open(options: &Options, clock: Clock, source: Service) -> Result<Self, Error> {
        let bounds = Bounds {
            readers: options.readers.max(1),
            writers: options.writers.max(1),
        };
        let (store, is_file) = match &options.location {
            Location::File(path) => {
                let connections = sqlite::open(path, options.durability, bounds).await?;
                (Store::Sql(connections), true)
            }
            Location::Server(address) => (server_store(address, bounds, source).await?, false),
        };
        let lanes = match &store {
            Store::Sql(connections) => match &connections.writers {
                Some(writers) if is_file => Lanes::Grouping(writers.clone()),
                Some(writers) => Lanes::Single(writers.clone(), bounds.writers),
                None => return Err(Error::Closed),
            },
            Store::Documents(documents) => Lanes::Documents(documents.clone(), bounds.writers),
        };
        let (feeder, feed) = Feeder::new();
        Ok(Self {
            inner: Arc::new(Inner {
                source,
                store,
                writer: Some(Writer::start(lanes, clock, source, feeder)),
                is_file,
                feed: Mutex::new(Some(feed)),
            }),
        })
    }

    /// Opens an existing database for reading only, beside the processes that write to it.
    ///
    /// # Errors
    /// [`Error::Open`] when there is no such database.
    pub async fn inspect(location: &Location, source: Service) -> Result<Self, Error> {
        let store = match location {
            Location::File(path) => Store::Sql(sqlite::inspect(path).await?),
            Location::Server(address) => {
                let bounds = Bounds {
                    readers: 2,
                    writers: 0,
                };
                server_store(address, bounds, source).await?
            }
        };
        Ok(Self {
            inner: Arc::new(Inner {
                source,
                store,
                writer: None,
                is_file: matches!(location, Location::File(_)),
                feed: Mutex::new(None),
            }),
        })
    }

    /// The service whose database this is.
    #[must_use]
    pub fn service(&self) -> Service {
        self.inner.source
    }

    /// The readers, for stores that know both kinds of database. They see every commit that [`Database::write`] has returned from.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        match &self.inner.store {
            Store::Sql(connections) => Reader::Sql(&connections.readers),
            Store::Documents(documents) => Reader::Documents(documents),
        }
    }

    /// The readers, for stores that know SQL only; see [`Database::reader`].
    ///
    /// # Panics
    /// On MongoDB, which [`Database::open`] refuses for the services whose stores know SQL only.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        match &self.inner.store {
            Store::Sql(connections) => &connections.readers,
            Store::Documents(_) => panic!("{} keeps its data in SQL", self.inner.source.name()),
        }
    }

    /// Runs `work` in a transaction and returns once its commit is durable. In a file, writes that wait at the same time
    /// share one commit; each stands behind a savepoint of its own, so an `Err` undoes this write only. On a server, other
    /// writes run at the same time, here and in other processes: what is loaded to be changed must be locked or guarded by
    /// its version.
    ///
    /// `work` runs to its end even if the caller goes away, may run again from its beginning when a server gives it up
    /// (deadlock, write conflict, lost connection), and must have no effect but through the unit of work.
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
    /// [`Error::Database`] or [`Error::Documents`] when one fails, [`Error::Closed`] on a database opened for inspection.
    pub async fn migrate<M: Schema>(&self) -> Result<(), Error> {
        if self.inner.writer.is_none() {
            return Err(Error::Closed);
        }
        match &self.inner.store {
            Store::Sql(Connections {
                writers: Some(writers),
                ..
            }) => schema::migrate::<M>(writers).await,
            Store::Sql(_) => Err(Error::Closed),
            Store::Documents(documents) => {
                documents::schema::migrate(documents, M::documents()).await
            }
        }
    }

    /// Refuses to serve on a schema that this program was not written for.
    ///
    /// # Errors
    /// [`Error::Schema`] with the command that mends it.
    pub async fn check_schema<M: Schema>(&self) -> Result<(), Error> {
        match &self.inner.store {
            Store::Sql(connections) => {
                schema::check::<M>(&connections.readers, self.inner.source).await
            }
            Store::Documents(documents) => {
                documents::schema::check(documents, M::documents(), self.inner.source).await
            }
        }
    }

    /// Whether the database can be written to now: what readiness asks.
    ///
    /// # Errors
    /// What the database says.
    pub async fn check(&self) -> Result<(), Error> {
        self.write((), |unit, ()| Box::pin(async move { unit.touch().await }))
            .await
    }

    /// Records how many connections there are, in use and idle.
    pub fn measure(&self) {
        let Store::Sql(connections) = &self.inner.store else {
            return;
        };
        let service = self.inner.source.name();
        let pools = [
            ("readers", Some(&connections.readers)),
            ("writers", connections.writers.as_ref()),
        ];
        for (pool, connection) in pools {
            let Some((size, idle, most)) = connection.and_then(connections_of) else {
                continue;
            };
            let states = [
                ("used", size.saturating_sub(idle)),
                ("idle", idle),
                ("most", most),
            ];
            for (state, number) in states {
                metrics::gauge!(names::DB_POOL_CONNECTIONS, "service" => service, "pool" => pool, "state" => state)
                    .set(f64::from(number));
            }
        }
    }

    /// The messages committed from here on, for the one relay of this database. The second caller gets `None`.
    pub async fn take_feed(&self) -> Option<Feed> {
        self.inner.feed.lock().await.take()
    }

    /// Whether no other process writes to this database, so that what a crash left may be taken up at once.
    #[must_use]
    pub fn is_sole_owner(&self) -> bool {
        self.inner.is_file && self.inner.writer.is_some()
    }

    /// Ends the writers after the writes in hand and closes every connection.
    pub async fn close(&self) {
        if let Some(writer) = &self.inner.writer {
            writer.stop().await;
        }
        match &self.inner.store {
            Store::Sql(connections) => {
                for connection in connections.writers.iter().chain([&connections.readers]) {
                    if let Err(error) = connection.close_by_ref().await {
                        tracing::warn!(%error, "a database pool did not close cleanly");
                    }
                }
            }
            Store::Documents(documents) => documents.close().await,
        }
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

/// Services that keep documents: in MongoDB on a server, in tables in a file. The others keep tables everywhere.
pub(crate) const KEEP_DOCUMENTS: [Service; 3] =
    [Service::Notification, Service::Delivery, Service::Analytics];

async fn server_store(address: &Secret, bounds: Bounds, source: Service) -> Result<Store, Error> {
    let keeps_documents = KEEP_DOCUMENTS.contains(&source);
    match scheme(address.expose()) {
        "mysql" | "mariadb" | "postgres" | "postgresql" if !keeps_documents => {
            let connections = Server::at(address)?.open(bounds, source).await?;
            Ok(Store::Sql(connections))
        }
        "mongodb" | "mongodb+srv" if keeps_documents => {
            let documents = documents::connect(address, bounds.readers + bounds.writers).await?;
            Ok(Store::Documents(documents))
        }
        other => Err(Error::Open {
            location: WITHHELD.to_owned(),
            problem: format!(
                "{} cannot live in {other:?}: it takes {}",
                source.name(),
                if keeps_documents {
                    "mongodb://"
                } else {
                    "mysql:// or postgres://"
                }
            ),
        }),
    }
}

fn scheme(address: &str) -> &str {
    address.split_once("://").map_or("", |(scheme, _)| scheme)
}

/// Connections open, idle, and allowed.
fn connections_of(connection: &DatabaseConnection) -> Option<(u32, u32, u32)> {
    let idle = |idle: usize| u32::try_from(idle).unwrap_or(u32::MAX);
    match connection.get_database_backend() {
        DbBackend::MySql => {
            let pool = connection.get_mysql_connection_pool();
            Some((
                pool.size(),
                idle(pool.num_idle()),
                pool.options().get_max_connections(),
            ))
        }
        DbBackend::Postgres => {
            let pool = connection.get_postgres_connection_pool();
            Some((
                pool.size(),
                idle(pool.num_idle()),
                pool.options().get_max_connections(),
            ))
        }
        // A file's connections are threads of this process, and nobody waits for them.
        _ => None,
    }
}
