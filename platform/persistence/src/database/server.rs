//! Connections to MySQL and PostgreSQL: two bounded pools, one for reading and one for transactions, so that requests that
//! read cannot keep the consumers waiting.

use std::str::FromStr;
use std::time::Duration;

use revcart_runtime::config::Secret;
use revcart_runtime::telemetry::names;
use sea_orm::{DatabaseConnection, SqlxMySqlConnector, SqlxPostgresConnector};
use shared_events::Service;
use sqlx::mysql::MySqlConnectOptions;
use sqlx::pool::PoolOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, MySql, Postgres};

use super::refusal::Refusal;
use super::{Bounds, Connections};
use crate::Error;

/// Statement shapes kept prepared on each connection. MySQL in sqlx stalls for 40 ms a query once there are more shapes than
/// this holds (the default is 100), see [`crate::batch`].
const STATEMENT_CACHE: usize = 1024;
/// How long somebody waits for a connection before the pool counts as exhausted.
const ACQUIRE: Duration = Duration::from_secs(3);
/// A connection that lay idle for this long is tried before it is used: the server may have gone away meanwhile.
const TRIED_AFTER: Duration = Duration::from_secs(1);
/// What the locking of the stores rests on: under REPEATABLE READ, `SKIP LOCKED` deadlocks with those who insert. A lock is
/// waited for as long as the whole write may take.
const MYSQL_SESSION: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION innodb_lock_wait_timeout = 5";
const POSTGRES_SESSION: &str =
    "SET lock_timeout = '5s'; SET default_transaction_isolation = 'read committed'";

/// Which server an address means.
pub(super) enum Server {
    MySql(Box<MySqlConnectOptions>),
    Postgres(Box<PgConnectOptions>),
}

impl Server {
    pub(super) fn at(address: &Secret) -> Result<Self, Error> {
        let text = address.expose();
        let parsed = match super::scheme(text) {
            "postgres" | "postgresql" => {
                PgConnectOptions::from_str(text).map(|options| Self::Postgres(Box::new(options)))
            }
            _ => MySqlConnectOptions::from_str(text).map(|options| Self::MySql(Box::new(options))),
        };
        parsed.map_err(|error| Error::Open {
            location: super::WITHHELD.to_owned(),
            problem: format!(
                "{error}; an address looks like mysql://user:password@host:3306/schema?ssl-mode=VERIFY_IDENTITY"
            ),
        })
    }

    /// Where it is, without the password.
    pub(super) fn location(&self) -> String {
        let (scheme, user, host, port, schema) = match self {
            Self::MySql(at) => (
                "mysql",
                at.get_username(),
                at.get_host(),
                at.get_port(),
                at.get_database(),
            ),
            Self::Postgres(at) => (
                "postgres",
                at.get_username(),
                at.get_host(),
                at.get_port(),
                at.get_database(),
            ),
        };
        format!(
            "{scheme}://{user}@{host}:{port}/{}",
            schema.unwrap_or_default()
        )
    }

    /// Opens the pools; fails, and says why, if nobody can log in now. (The pool would go on trying until its time is up and
    /// then say nothing but that.)
    pub(super) async fn open(self, bounds: Bounds, service: Service) -> Result<Connections, Error> {
        let location = self.location();
        let refused = |error: sqlx::Error| Error::Open {
            location,
            problem: Refusal(&error).to_string(),
        };
        match self {
            Self::MySql(options) => {
                let options = options
                    .statement_cache_capacity(STATEMENT_CACHE)
                    .disable_statement_logging();
                let tried = options.connect().await.map_err(refused)?;
                close(tried).await;
                let open = |most| {
                    let pool = bounded::<MySql>(most).after_connect(|connection, _| {
                        Box::pin(async move { connection.execute(MYSQL_SESSION).await.map(drop) })
                    });
                    SqlxMySqlConnector::from_sqlx_mysql_pool(
                        pool.connect_lazy_with(options.clone()),
                    )
                };
                Ok(connections(open, bounds, service))
            }
            Self::Postgres(options) => {
                let options = options
                    .statement_cache_capacity(STATEMENT_CACHE)
                    .disable_statement_logging();
                let tried = options.connect().await.map_err(refused)?;
                close(tried).await;
                let open = |most| {
                    let pool = bounded::<Postgres>(most).after_connect(|connection, _| {
                        Box::pin(
                            async move { connection.execute(POSTGRES_SESSION).await.map(drop) },
                        )
                    });
                    let pool = pool.connect_lazy_with(options.clone());
                    SqlxPostgresConnector::from_sqlx_postgres_pool(pool)
                };
                Ok(connections(open, bounds, service))
            }
        }
    }
}

async fn close(connection: impl Connection) {
    if let Err(error) = connection.close().await {
        tracing::debug!(%error, "a connection did not close cleanly");
    }
}

fn connections(
    open: impl Fn(u32) -> DatabaseConnection,
    bounds: Bounds,
    service: Service,
) -> Connections {
    let mut readers = open(bounds.readers);
    readers.set_metric_callback(move |_| {
        metrics::counter!(names::DB_STATEMENTS, "service" => service.name(), "pool" => "readers")
            .increment(1);
    });
    Connections {
        readers,
        writers: (bounds.writers > 0).then(|| open(bounds.writers)),
    }
}

/// A pool of at most `most` connections.
fn bounded<DB: sqlx::Database>(most: u32) -> PoolOptions<DB> {
    PoolOptions::new()
        .max_connections(most)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .before_acquire(|connection: &mut DB::Connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRIED_AFTER {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}
