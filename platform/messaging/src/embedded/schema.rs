//! The broker's file: its tables, how it is opened, and what is found in it at the start.
//!
//! `messages` holds every message once; `entries` says which queues still have it. Both are ordered by `seq`, the order of
//! arrival, so that new rows always go to the end. A message goes when its last entry does.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Row, params};
use shared_events::{Attributes, MessageId, Timestamp};
use uuid::Uuid;

use super::routes::{QUEUES, number};
use super::stored::Stored;
use crate::bus::{Peeked, Position, QueueRef, Visibility};

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
    queue      INTEGER NOT NULL REFERENCES queues (id),
    receives   INTEGER NOT NULL DEFAULT 0,
    visible_at INTEGER NOT NULL,
    dead_since INTEGER,
    why        TEXT,
    PRIMARY KEY (seq, queue)
) STRICT, WITHOUT ROWID;
";

/// Bytes of a page: some messages fit on one.
const PAGE: u32 = 8192;
/// Pages in the log before it is carried over into the file: 16 MiB, so that most of what is deleted soon never gets there.
const CHECKPOINT_PAGES: u32 = 2048;
/// A file with more unused pages than this is made small again when it is opened and holds nothing: 32 MiB.
const UNUSED_PAGES: u32 = 4096;

/// Why a broker's file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A running broker owns it; it can still be inspected.
    #[error("{path} is in use by another process")]
    InUse {
        /// The file.
        path: String,
    },
    /// It is something else, or of a later version.
    #[error("{path} is not a broker's file of this version")]
    Foreign {
        /// The file.
        path: String,
    },
    /// The directory or the lock file cannot be used.
    #[error("cannot use {path}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The broker's threads cannot be started.
    #[error("cannot start the broker's threads")]
    Thread {
        /// What the system says.
        source: std::io::Error,
    },
    /// The database cannot be used.
    #[error("cannot use {path}")]
    Database {
        /// The file.
        path: String,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

impl OpenError {
    pub(super) fn thread(source: std::io::Error) -> Self {
        Self::Thread { source }
    }

    pub(super) fn database(path: &Path) -> impl Fn(rusqlite::Error) -> Self + use<> {
        let path = path.display().to_string();
        move |source| Self::Database {
            path: path.clone(),
            source,
        }
    }

    pub(super) fn file(path: &Path) -> impl Fn(std::io::Error) -> Self + use<> {
        let path = path.display().to_string();
        move |source| Self::File {
            path: path.clone(),
            source,
        }
    }
}

/// Which number a queue has in this file: names are stored once, so that the topology may change between runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct QueueIds([i64; QUEUES]);

impl QueueIds {
    pub(super) fn id(&self, queue: usize) -> i64 {
        self.0[queue]
    }

    fn queue(&self, id: i64) -> Option<usize> {
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
    connection.busy_timeout(Duration::from_secs(10))?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    if tables == 0 {
        connection.pragma_update(None, "page_size", PAGE)?;
        connection.pragma_update(None, "application_id", APPLICATION)?;
    }
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
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
    connection.busy_timeout(Duration::from_secs(10))?;
    Ok(connection)
}

/// A message that a queue has.
pub(super) struct Entry {
    pub(super) seq: u64,
    pub(super) queue: usize,
    pub(super) receives: u32,
    pub(super) visible_at: Timestamp,
}

/// Calls `each` for all that is in the queues, in the order of arrival; returns the highest number ever given that is still there.
pub(super) fn entries(
    connection: &Connection,
    ids: &QueueIds,
    mut each: impl FnMut(Entry),
) -> rusqlite::Result<u64> {
    let mut all =
        connection.prepare("SELECT seq, queue, receives, visible_at FROM entries ORDER BY seq")?;
    let mut rows = all.query([])?;
    let mut highest = 0;
    while let Some(row) = rows.next()? {
        let seq = row.get::<_, i64>(0)?.unsigned_abs();
        highest = seq;
        // Entries of queues that the topology has no more stay where they are.
        if let Some(queue) = ids.queue(row.get(1)?) {
            each(Entry {
                seq,
                queue,
                receives: row.get(2)?,
                visible_at: Timestamp::from_micros(row.get(3)?),
            });
        }
    }
    Ok(highest)
}

const MESSAGE: &str = "SELECT e.seq, m.id, m.sent_at, m.attributes, m.body, e.why, e.receives, e.visible_at, e.dead_since
FROM entries e JOIN messages m ON m.seq = e.seq";

/// One message as one queue has it: parameters seq, queue.
pub(super) fn one_message() -> String {
    format!("{MESSAGE} WHERE e.seq = ?1 AND e.queue = ?2")
}

/// A page of messages: parameters queue, seq before the first, limit.
pub(super) fn page_of_messages() -> String {
    format!("{MESSAGE} WHERE e.queue = ?1 AND e.seq > ?2 ORDER BY e.seq LIMIT ?3")
}

/// The message in a row of the statements above.
pub(super) fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let mut attributes = parse(row.get_ref(3)?.as_str()?)?;
    if let Some(why) = row.get_ref(5)?.as_str_or_null()? {
        let why = parse(why)?;
        attributes.extend(why.iter().map(|(name, value)| (name.to_owned(), value)));
    }
    Ok(Stored {
        id: MessageId::from_uuid(Uuid::from_bytes(row.get(1)?)),
        sent_at: Timestamp::from_micros(row.get(2)?),
        body: row.get_ref(4)?.as_str()?.into(),
        attributes: attributes.into(),
    })
}

/// The same, with what can be seen of its place in the queue.
pub(super) fn peeked(row: &Row<'_>, now: Timestamp) -> rusqlite::Result<Peeked> {
    let message = stored(row)?;
    let receive_count = row.get(6)?;
    let visible_at = Timestamp::from_micros(row.get(7)?);
    let dead_since: Option<i64> = row.get(8)?;
    Ok(Peeked {
        position: Position(row.get::<_, i64>(0)?.unsigned_abs()),
        id: message.id,
        body: message.body,
        attributes: message.attributes,
        receive_count,
        sent_at: message.sent_at,
        dead_since: dead_since.map(Timestamp::from_micros),
        visibility: visibility(receive_count, visible_at, now),
    })
}

/// An entry with a time to come is in somebody's hand, or has been delayed if nobody ever had it in hand.
pub(super) fn visibility(receives: u32, visible_at: Timestamp, now: Timestamp) -> Visibility {
    match (visible_at > now, receives) {
        (false, _) => Visibility::Visible,
        (true, 0) => Visibility::Delayed(visible_at),
        (true, _) => Visibility::InFlight(visible_at),
    }
}

/// A page of a queue, for looking.
pub(super) fn page(
    connection: &Connection,
    queue: i64,
    after: Option<Position>,
    limit: usize,
    now: Timestamp,
) -> rusqlite::Result<Vec<Peeked>> {
    let mut statement = connection.prepare_cached(&page_of_messages())?;
    let after = after.map_or(0, |position| position.0.cast_signed());
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![queue, after, limit], |row| peeked(row, now))?;
    rows.collect()
}

/// When a message was published, if it is still there.
pub(super) fn sent_at(connection: &Connection, seq: u64) -> rusqlite::Result<Option<Timestamp>> {
    let mut statement = connection.prepare_cached("SELECT sent_at FROM messages WHERE seq = ?1")?;
    let mut rows = statement.query([seq.cast_signed()])?;
    rows.next()?
        .map(|row| Ok(Timestamp::from_micros(row.get(0)?)))
        .transpose()
}

fn parse(attributes: &str) -> rusqlite::Result<Attributes> {
    serde_json::from_str(attributes).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, error.into())
    })
}
