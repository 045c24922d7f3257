//! The outbox: messages that stand in the database with the change they tell of, until the bus has them.
//!
//! A row that exists has not been sent; sending deletes it. Rows are leased by the process that wrote them, so a relay
//! that sweeps for what a crash left does not send what another relay has in hand. A row that the bus refuses for good is
//! parked, with the reason, and holds nothing up.
//!
//! The same in both kinds of database: `sql` and `documents`.

pub(crate) mod documents;
pub(crate) mod sql;

use std::sync::Arc;
use std::time::Duration;

use revcart_runtime::telemetry::names;
use shared_events::{AnyMessage, Attributes, Destination, Envelope, MessageId, Timestamp};
use tokio::sync::mpsc;

use crate::database::Reader;
use crate::unit_of_work::Work;
use crate::{Database, Error, UnitOfWork};

pub(crate) use documents::COLLECTION;

/// How long a row belongs to the relay that took it.
pub const LEASE: Duration = Duration::from_secs(15);
/// Groups of committed rows handed over in memory; beyond it rows wait for the sweep.
const FEED: usize = 256;

/// A message on its way out.
#[derive(Debug, Clone)]
pub struct Row {
    /// The message's id.
    pub id: MessageId,
    /// Its topic or queue.
    pub destination: Destination,
    /// The `CloudEvents` envelope as JSON.
    pub body: Arc<str>,
    /// The attributes that filters and triage read.
    pub attributes: Attributes,
    /// How often the bus has failed to take it.
    pub attempts: u32,
}

impl Row {
    pub(crate) fn of(envelope: &Envelope<AnyMessage>) -> Self {
        Self {
            id: envelope.id,
            destination: envelope.data.destination(),
            body: envelope.encode().into(),
            attributes: envelope.attributes(),
            attempts: 0,
        }
    }

    /// A row as it was stored. One that cannot be read is left where it is and reported: it was written by another version.
    fn stored(
        id: MessageId,
        destination: &str,
        body: String,
        attributes: &str,
        attempts: i32,
    ) -> Option<Self> {
        let attributes = serde_json::from_str::<Attributes>(attributes);
        match (destination.parse::<Destination>(), attributes) {
            (Ok(destination), Ok(attributes)) => Some(Self {
                id,
                destination,
                body: body.into(),
                attributes,
                attempts: u32::try_from(attempts).unwrap_or(0),
            }),
            (destination, attributes) => {
                tracing::error!(%id, ?destination, ?attributes, "an outbox row cannot be read");
                None
            }
        }
    }
}

/// The writer's end of the hand-over from commit to relay.
#[derive(Clone)]
pub(crate) struct Feeder(mpsc::Sender<Vec<Row>>);

/// The relay's end: rows as they are committed. What does not fit is found by the sweep after its lease.
pub struct Feed(mpsc::Receiver<Vec<Row>>);

impl Feeder {
    pub(crate) fn new() -> (Self, Feed) {
        let (sender, receiver) = mpsc::channel(FEED);
        (Self(sender), Feed(receiver))
    }

    pub(crate) fn offer(&self, rows: Vec<Row>) {
        if !rows.is_empty() && self.0.try_send(rows).is_err() {
            metrics::counter!(names::OUTBOX_SPILLED).increment(1);
        }
    }
}

impl Feed {
    /// Waits for committed rows and takes what there is, about `most` rows. `None` when the database is closed.
    pub async fn next(&mut self, most: usize) -> Option<Vec<Row>> {
        let mut rows = self.0.recv().await?;
        self.fill(&mut rows, most);
        Some(rows)
    }

    /// What has been committed and not been taken yet, without waiting.
    pub fn ready(&mut self, most: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        self.fill(&mut rows, most);
        rows
    }

    fn fill(&mut self, rows: &mut Vec<Row>, most: usize) {
        while rows.len() < most {
            match self.0.try_recv() {
                Ok(more) => rows.extend(more),
                Err(_) => break,
            }
        }
    }
}

/// Forgets rows that the bus has.
///
/// # Errors
/// [`Error`] of the database.
pub async fn delete(unit: &UnitOfWork, ids: &[MessageId]) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::delete(tx, ids).await,
        Work::Documents(documents) => documents::delete(documents, ids).await,
    }
}

/// Takes over up to `most` rows whose lease has ended: what a crash or an outage of the bus left.
///
/// # Errors
/// [`Error`] of the database.
pub async fn sweep(unit: &UnitOfWork, most: u64) -> Result<Vec<Row>, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::sweep(tx, most, unit.now()).await,
        Work::Documents(documents) => documents::sweep(documents, most, unit.now()).await,
    }
}

/// Gives up every lease: only for the one owner of a database, at its start.
///
/// # Errors
/// [`Error`] of the database.
pub async fn release_all(unit: &UnitOfWork) -> Result<u64, Error> {
    match unit.work() {
        Work::Sql(tx) => sql::release_all(tx).await,
        Work::Documents(documents) => documents::release_all(documents).await,
    }
}

/// Notes that the bus did not take a row, and when it is offered again.
///
/// # Errors
/// [`Error`] of the database.
pub async fn postpone(
    unit: &UnitOfWork,
    id: MessageId,
    why: &str,
    pause: Duration,
) -> Result<(), Error> {
    let until = unit.now() + pause;
    match unit.work() {
        Work::Sql(tx) => sql::postpone(tx, id, why, until).await,
        Work::Documents(documents) => documents::postpone(documents, id, why, until).await,
    }
}

/// Puts a row aside that the bus refuses for good; an operator decides about it.
///
/// # Errors
/// [`Error`] of the database.
pub async fn park(unit: &UnitOfWork, id: MessageId, why: &str) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => sql::park(tx, id, why, unit.now()).await,
        Work::Documents(documents) => documents::park(documents, id, why, unit.now()).await,
    }
}

/// What waits in an outbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pending {
    /// Rows not sent.
    pub waiting: u64,
    /// Rows refused for good.
    pub parked: u64,
    /// When the oldest waiting row was written.
    pub oldest: Option<Timestamp>,
}

/// Counts what waits.
///
/// # Errors
/// [`Error`] of the database.
pub async fn pending(database: &Database) -> Result<Pending, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::pending(connection).await,
        Reader::Documents(documents) => documents::pending(documents).await,
    }
}

/// A row as it can be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The message's id.
    pub id: MessageId,
    /// The name of its topic or queue.
    pub destination: String,
    /// The `CloudEvents` envelope as JSON.
    pub body: String,
    /// Why the bus has refused it for good, if it has.
    pub parked: Option<String>,
}

/// What stands in an outbox, in the order of ids from after `after` on, at most `limit`.
///
/// # Errors
/// [`Error`] of the database.
pub async fn page(
    database: &Database,
    after: Option<MessageId>,
    limit: u64,
) -> Result<Vec<Seen>, Error> {
    match database.reader() {
        Reader::Sql(connection) => sql::page(connection, after, limit).await,
        Reader::Documents(documents) => documents::page(documents, after, limit).await,
    }
}
