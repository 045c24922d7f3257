//! Connections to an `SQLite` file: a few readers, and the one that writes.

use std::path::Path;
use std::time::Duration;

use sea_orm::SqlxSqliteConnector;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::{Bounds, Connections, Durability};
use crate::Error;

/// Statement shapes kept prepared on each connection; with [`crate::batch`] a service has far fewer.
const STATEMENT_CACHE: usize = 512;
/// How long a statement waits for another process (an operator's command) that holds the write lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens the file, creating it if there is none.
pub(super) async fn open(
    path: &Path,
    durability: Durability,
    bounds: Bounds,
) -> Result<Connections, Error> {
    let connect = connect_options(path, durability);
    let writer = pool(path, connect.clone(), 1).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(bounds.readers)
        .min_connections(0)
        .test_before_acquire(false)
        .connect_lazy_with(
            connect
                .pragma("query_only", "ON")
                .pragma("cache_size", "-1024"),
        );
    Ok(Connections {
        readers: SqlxSqliteConnector::from_sqlx_sqlite_pool(readers),
        writers: Some(SqlxSqliteConnector::from_sqlx_sqlite_pool(writer)),
    })
}

/// Opens a file that is there, for looking only.
pub(super) async fn inspect(path: &Path) -> Result<Connections, Error> {
    let connect = connect_options(path, Durability::Relaxed)
        .create_if_missing(false)
        .pragma("query_only", "ON");
    let readers = pool(path, connect, 2).await?;
    Ok(Connections {
        readers: SqlxSqliteConnector::from_sqlx_sqlite_pool(readers),
        writers: None,
    })
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
        .map_err(|error| Error::Open {
            location: path.display().to_string(),
            problem: error.to_string(),
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
