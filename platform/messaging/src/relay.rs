//! The relay: carries committed messages from a service's outbox to the bus.
//!
//! The commit hands its rows over in memory and wakes it; a sweep finds what a crash or an outage left. A message may
//! reach the bus twice (sent, and the process died before the row was deleted); consumers recognise it by its id.

use std::time::Duration;

use revcart_persistence::outbox::{Feed, Row};
use revcart_persistence::{Database, Error, outbox};
use revcart_runtime::telemetry::names;
use revcart_runtime::{Clock, Shutdown};
use shared_events::MessageId;
use tokio::sync::{Mutex, mpsc};

use crate::bus::{Bus, OutgoingMessage, PublishError};

/// Messages in one publish at the most.
const BATCH: usize = 512;
/// How often the relay looks for rows that nobody carries.
const SWEEP_EVERY: Duration = Duration::from_secs(2);
/// How long sent rows gather before they are deleted together.
const GATHER: Duration = Duration::from_millis(20);
/// Publishes whose rows wait to be deleted.
const UNDELETED: usize = 64;
/// The pause after the bus failed to take a message, doubled with each attempt.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Carries one database's outbox to the bus.
pub struct Relay {
    database: Database,
    bus: Bus,
    clock: Clock,
    feed: Mutex<Feed>,
}

impl Relay {
    /// The relay of `database`; `None` if it has one already.
    pub async fn new(database: Database, bus: Bus, clock: Clock) -> Option<Self> {
        let feed = database.take_feed().await?;
        Some(Self {
            database,
            bus,
            clock,
            feed: Mutex::new(feed),
        })
    }

    /// Relays until shutdown; what is committed by then is still carried, the rest is found at the next start.
    pub async fn run(&self, shutdown: &Shutdown) {
        self.recover().await;
        let (sent, gathered) = mpsc::channel(UNDELETED);
        tokio::join!(self.publish_until(shutdown, sent), self.clean_up(gathered));
    }

    /// Sends everything that can be sent now; returns how many messages that were.
    ///
    /// # Errors
    /// [`Error`] of the database.
    pub async fn step(&self) -> Result<usize, Error> {
        let mut rows = self.feed.lock().await.ready(BATCH);
        if rows.is_empty() {
            rows = self.sweep().await?;
        }
        let sent = self.publish(rows).await;
        self.delete(sent.clone()).await?;
        Ok(sent.len())
    }

    /// A crash leaves rows under the lease of a process that is gone; the one owner of a database takes them up at once.
    async fn recover(&self) {
        if self.database.is_sole_owner() {
            let released = self
                .database
                .write((), |unit, ()| Box::pin(outbox::release_all(unit)))
                .await;
            match released {
                Ok(0) => {}
                Ok(rows) => tracing::info!(
                    service = self.database.service().name(),
                    rows,
                    "taking up messages that an earlier run left"
                ),
                Err(error) => {
                    tracing::warn!(%error, "cannot take up what an earlier run left; the sweep will")
                }
            }
        }
    }

    async fn publish_until(&self, shutdown: &Shutdown, sent: mpsc::Sender<Vec<MessageId>>) {
        let mut feed = self.feed.lock().await;
        let mut next_sweep = self.clock.now();
        loop {
            let rows = tokio::select! {
                biased;
                () = shutdown.requested() => {
                    let rest = self.publish(feed.ready(usize::MAX)).await;
                    // The cleaner ends after this last list; what it misses is sent again and recognised.
                    let _ = sent.send(rest).await;
                    return;
                }
                // Before the feed, so that a steady stream cannot keep what was left behind waiting.
                () = self.clock.sleep_until(next_sweep) => {
                    next_sweep = self.clock.now() + SWEEP_EVERY;
                    self.sweep().await.unwrap_or_else(|error| {
                        tracing::warn!(%error, service = self.database.service().name(), "the outbox cannot be swept; trying again");
                        Vec::new()
                    })
                }
                rows = feed.next(BATCH) => match rows {
                    Some(rows) => rows,
                    None => return,
                },
            };
            if rows.len() == BATCH {
                next_sweep = self.clock.now();
            }
            let published = self.publish(rows).await;
            if !published.is_empty() && sent.send(published).await.is_err() {
                return;
            }
        }
    }

    async fn sweep(&self) -> Result<Vec<Row>, Error> {
        let pending = outbox::pending(&self.database).await?;
        let service = self.database.service().name();
        metrics::gauge!(names::OUTBOX_PENDING, "service" => service).set(pending.waiting as f64);
        metrics::gauge!(names::OUTBOX_PARKED, "service" => service).set(pending.parked as f64);
        let lag = pending
            .oldest
            .map_or(0.0, |oldest| (self.clock.now() - oldest).as_secs_f64());
        metrics::gauge!(names::OUTBOX_LAG, "service" => service).set(lag);
        if pending.waiting == 0 {
            return Ok(Vec::new());
        }
        self.database
            .write((), |unit, ()| Box::pin(outbox::sweep(unit, BATCH as u64)))
            .await
    }

    /// Publishes `rows`; returns those that the bus has.
    async fn publish(&self, rows: Vec<Row>) -> Vec<MessageId> {
        if rows.is_empty() {
            return Vec::new();
        }
        let messages: Vec<_> = rows
            .iter()
            .map(|row| OutgoingMessage {
                id: row.id,
                destination: row.destination,
                body: row.body.clone(),
                attributes: row.attributes.clone(),
            })
            .collect();
        let outcomes = self.bus.publish(&messages).await;
        let mut sent = Vec::with_capacity(rows.len());
        for (row, outcome) in rows.iter().zip(outcomes) {
            match outcome {
                Ok(()) => sent.push(row.id),
                Err(error) => self.not_taken(row, &error).await,
            }
        }
        metrics::counter!(names::MESSAGES_PUBLISHED, "service" => self.database.service().name())
            .increment(sent.len() as u64);
        sent
    }

    async fn not_taken(&self, row: &Row, error: &PublishError) {
        let refused = match error {
            PublishError::Refused(_) => true,
            PublishError::Retry(_) => false,
        };
        tracing::warn!(message_id = %row.id, destination = %row.destination, refused, %error, "the bus did not take a message");
        let pause = FIRST_PAUSE
            .saturating_mul(1 << row.attempts.min(6))
            .min(LONGEST_PAUSE);
        let noted = self
            .database
            .write(
                (row.id, error.to_string(), pause),
                move |unit, (id, why, pause)| {
                    Box::pin(async move {
                        if refused {
                            outbox::park(unit, *id, why).await
                        } else {
                            outbox::postpone(unit, *id, why, *pause).await
                        }
                    })
                },
            )
            .await;
        if let Err(error) = noted {
            tracing::warn!(message_id = %row.id, %error, "the failure could not be noted; the message goes out when its lease ends");
        }
    }

    /// Deletes what has been sent, many publishes in one write.
    async fn clean_up(&self, mut sent: mpsc::Receiver<Vec<MessageId>>) {
        while let Some(mut ids) = sent.recv().await {
            if !sent.is_closed() {
                tokio::time::sleep(GATHER).await;
            }
            while let Ok(more) = sent.try_recv() {
                ids.extend(more);
            }
            if let Err(error) = self.delete(ids).await {
                tracing::warn!(%error, "sent messages could not be deleted from the outbox; they will be sent again and recognised");
            }
        }
    }

    async fn delete(&self, ids: Vec<MessageId>) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        self.database
            .write(ids, |unit, ids| Box::pin(outbox::delete(unit, ids)))
            .await
    }
}
