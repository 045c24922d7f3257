//! What the database alone does on this disk: durable transactions one after the other, by the library, the journal and
//! the `synchronous=FULL` that the services use.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::figures::Ceiling;

/// About the size of a row of an outbox.
const BODY: usize = 600;

/// Durable transactions per second, of one row and of four.
pub(crate) async fn measure(disk: &Path, time: Duration) -> anyhow::Result<Ceiling> {
    let folder = tempfile::tempdir_in(disk)?;
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("ceiling.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = options.connect().await?;
    sqlx::query("CREATE TABLE facts (number INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        .execute(&mut connection)
        .await?;
    let ceiling = Ceiling {
        one_row: per_second(&mut connection, 1, time).await?,
        four_rows: per_second(&mut connection, 4, time).await?,
    };
    connection.close().await?;
    Ok(ceiling)
}

async fn per_second(
    connection: &mut SqliteConnection,
    rows: u32,
    time: Duration,
) -> anyhow::Result<f64> {
    let body = "x".repeat(BODY);
    let (begun, mut transactions) = (Instant::now(), 0_u64);
    while begun.elapsed() < time {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        for _ in 0..rows {
            sqlx::query("INSERT INTO facts (body) VALUES (?)")
                .bind(&body)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        transactions += 1;
    }
    Ok(transactions as f64 / begun.elapsed().as_secs_f64())
}
