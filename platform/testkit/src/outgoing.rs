//! What a service says: carried from its outbox to the bus, and kept for the test to look at.

use std::sync::Mutex as StdMutex;
use std::sync::PoisonError;

use revcart_messaging::bus::{Bus, OutgoingMessage};
use revcart_persistence::outbox::{self, Feed, Row};
use revcart_persistence::{Database, Error};
use shared_events::{Envelope, MessageId};
use tokio::sync::Mutex;

/// Rows carried at a time.
const BATCH: usize = 500;

/// The relay of a fixture: like the real one it sends what was committed, and it keeps every envelope.
/// It takes the database's feed, so that nothing that is committed gets past it.
pub(crate) struct Outgoing {
    database: Database,
    bus: Bus,
    feed: Mutex<Feed>,
    said: StdMutex<Vec<Envelope>>,
}

impl Outgoing {
    /// Takes over the outbox of `database`, with what an earlier run left in it.
    pub(crate) async fn take_over(database: Database, bus: Bus) -> Self {
        let feed = database
            .take_feed()
            .await
            .expect("the fixture is the first to relay this database; build() starts no relay");
        database
            .write((), |unit, ()| Box::pin(outbox::release_all(unit)))
            .await
            .expect("rows of an earlier run can be released");
        Self {
            database,
            bus,
            feed: Mutex::new(feed),
            said: StdMutex::default(),
        }
    }

    /// Sends what waits; returns how many messages that were.
    pub(crate) async fn step(&self) -> Result<usize, Error> {
        let mut rows = self.feed.lock().await.ready(BATCH);
        if rows.is_empty() {
            let sweep = self
                .database
                .write((), |unit, ()| Box::pin(outbox::sweep(unit, BATCH as u64)));
            rows = sweep.await?;
        }
        if rows.is_empty() {
            return Ok(0);
        }
        let ids = self.publish(&rows).await;
        let sent = ids.len();
        self.database
            .write(ids, |unit, ids| Box::pin(outbox::delete(unit, ids)))
            .await?;
        Ok(sent)
    }

    async fn publish(&self, rows: &[Row]) -> Vec<MessageId> {
        let messages: Vec<OutgoingMessage> = rows.iter().map(outgoing).collect();
        for (row, outcome) in rows.iter().zip(self.bus.publish(&messages).await) {
            outcome
                .unwrap_or_else(|error| panic!("the bus refused a message: {error}: {}", row.body));
            let envelope = Envelope::decode(row.body.as_bytes()).unwrap_or_else(|error| {
                panic!("nobody can read what was sent: {error}: {}", row.body)
            });
            self.said().push(envelope);
        }
        rows.iter().map(|row| row.id).collect()
    }

    pub(crate) fn said(&self) -> std::sync::MutexGuard<'_, Vec<Envelope>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn outgoing(row: &Row) -> OutgoingMessage {
    OutgoingMessage {
        id: row.id,
        destination: row.destination,
        body: row.body.clone(),
        attributes: row.attributes.clone(),
    }
}
