//! The broker's file: its tables, and how it is opened.
//!
//! `messages` holds every message once; `entries` says which queues still have it. Both are ordered by `seq`, the order of
//! arrival, so that new rows always go to the end. A message goes when its last entry does.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::OpenError;
use super::routes::{QUEUES, number};
use crate::bus::QueueRef;

/// Marks a file as this broker's (`RCbq`).
const APPLICATION: i32 = 0x5243_6271;
/// The version of the tables below.
const VERSION: i32 = 1;

const TABLES: &str = "
CREATE TABLE queues (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE messages (
    seq        INTEGER PRIMARY KEY,
    id         BLOB NOT NULL,
    sent_at    INTEGER NOT NULL,
    attributes TEXT NOT NULL,
    body       TEXT NOT NULL
) STRICT;
CREATE TABLE entries (
    seq        INTEGER NOT NULL,
    queue      INTEGER NOT NULL,
    receives   INTEGER NOT NULL DEFAULT 0,
    visible_at INTEGER NOT NULL,
    dead_since INTEGER,
    why        TEXT,
    PRIMARY KEY (seq, queue)
) STRICT, WITHOUT ROWID;
CREATE INDEX dead_letters ON entries (queue, seq) WHERE dead_since IS NOT NULL;
";

/// Bytes of a page: some messages fit on one.
const PAGE: u32 = 8192;
/// Pages in the log before it is carried over into the file: 16 MiB, so that most of what is deleted soon never gets there.
const CHECKPOINT_PAGES: u32 = 2048;
/// The log is cut back to this many bytes when a long reader has let it grow.
const LONGEST_LOG: u32 = 64 * 1024 * 1024;
/// How long to wait for whoever else uses the file; nobody but the owner writes to it, so this is for looking and backing up.
const PATIENCE: Duration = Duration::from_secs(1);
/// A file with more unused pages than this is made small again when it is opened and holds nothing: 32 MiB.
const UNUSED_PAGES: u32 = 4096;

/// Which number a queue has in this file: names are stored once, so that the topology may change between runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct QueueIds([i64; QUEUES]);

impl QueueIds {
    pub(super) fn id(&self, queue: usize) -> i64 {
        self.0[queue]
    }

    /// The queue of this number, if it still exists.
    pub(super) fn queue(&self, id: i64) -> Option<usize> {
        self.0.iter().position(|known| *known == id)
    }

    /// Reads them; a queue that the file does not know has none (zero).
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut find = connection.prepare("SELECT id FROM queues WHERE name = ?1")?;
        let mut ids = [0; QUEUES];
        for queue in QueueRef::all() {
            let mut rows = find.query([queue.name()])?;
            if let Some(row) = rows.next()? {
                ids[number(queue)] = row.get(0)?;
            }
        }
        Ok(Self(ids))
    }
}

/// Opens the file for writing, making it and its tables where needed.
pub(super) fn open(path: &Path, synchronous: &str) -> Result<(Connection, QueueIds), OpenError> {
    let failed = OpenError::database(path);
    let connection = Connection::open(path).map_err(&failed)?;
    let application = prepare(&connection, synchronous).map_err(&failed)?;
    if application != APPLICATION {
        return Err(OpenError::Foreign {
            path: path.display().to_string(),
        });
    }
    let ids = QueueIds::read(&connection).map_err(&failed)?;
    Ok((connection, ids))
}

fn prepare(connection: &Connection, synchronous: &str) -> rusqlite::Result<i32> {
    connection.busy_timeout(PATIENCE)?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    if tables == 0 {
        connection.pragma_update(None, "page_size", PAGE)?;
        connection.pragma_update(None, "application_id", APPLICATION)?;
    }
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update_and_check(None, "journal_size_limit", LONGEST_LOG, |_| Ok(()))?;
    connection.pragma_update(None, "cache_size", -8 * 1024)?;
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    if application != APPLICATION || version > VERSION {
        return Ok(0);
    }
    if version == 0 {
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {VERSION}; COMMIT"
        ))?;
    }
    let mut name = connection
        .prepare("INSERT INTO queues (name) VALUES (?1) ON CONFLICT (name) DO NOTHING")?;
    for queue in QueueRef::all() {
        name.execute([queue.name()])?;
    }
    // What was in hand when the last run ended is in nobody's hand now.
    connection.execute(
        "UPDATE entries SET visible_at = 0 WHERE receives > 0 AND visible_at > 0",
        [],
    )?;
    Ok(application)
}

/// Gives unused space back to the system if the file is empty but large.
pub(super) fn shrink(connection: &Connection) -> rusqlite::Result<()> {
    let unused: u32 = connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
    let empty: bool =
        connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM entries)", [], |row| {
            row.get(0)
        })?;
    if unused > UNUSED_PAGES && empty {
        connection.execute_batch("VACUUM")?;
    }
    Ok(())
}

/// Opens the file for looking, whoever owns it.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}
