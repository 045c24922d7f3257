//! What is still on its way in a system: rows in outboxes, messages in queues. Read from its files, beside the process.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use revcart_messaging::EmbeddedBus;
use revcart_messaging::bus::QueueKind;
use revcart_messaging::embedded::Inspector;
use revcart_runtime::Clock;
use shared_events::Service;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

/// How often it is looked whether something is on its way.
const LOOK: Duration = Duration::from_millis(10);
/// Looks in a row that find nothing, until nothing is there: a message that moves on while it is looked for is missed once.
const LOOKS: u32 = 3;

/// A look at a system's files.
pub struct Backlog {
    outboxes: Vec<SqliteConnection>,
    broker: Inspector,
}

impl Backlog {
    /// Of the system with this data.
    ///
    /// # Errors
    /// When there is none.
    pub async fn of(data: &Path) -> anyhow::Result<Self> {
        let mut outboxes = Vec::new();
        for service in Service::ALL {
            let file = data.join(format!("{}.db", service.short()));
            let options = SqliteConnectOptions::new().filename(&file).read_only(true);
            let connection = options.connect().await;
            outboxes.push(connection.with_context(|| format!("cannot read {}", file.display()))?);
        }
        let broker = EmbeddedBus::inspect(data.join("broker.db"), Clock::system())?;
        Ok(Self { outboxes, broker })
    }

    /// How many messages are on their way; dead letters are not.
    ///
    /// # Errors
    /// When the files cannot be read.
    pub async fn size(&mut self) -> anyhow::Result<u64> {
        let mut waiting = 0;
        for outbox in &mut self.outboxes {
            let count = "SELECT count(*) FROM outbox WHERE parked_at IS NULL";
            let rows: i64 = sqlx::query_scalar(count).fetch_one(outbox).await?;
            waiting += u64::try_from(rows)?;
        }
        // After the outboxes: a message is in its queues before it leaves its outbox.
        let depths = self.broker.depths()?.into_iter();
        let depths = depths.filter(|(queue, _)| queue.kind == QueueKind::Main);
        Ok(waiting + depths.map(|(_, depth)| depth.total()).sum::<u64>())
    }

    /// Waits until nothing is on its way, and says how long that took.
    ///
    /// # Errors
    /// When that does not come about within `patience`.
    pub async fn drained(&mut self, patience: Duration) -> anyhow::Result<Duration> {
        let (begun, mut empty_since, mut looks) = (Instant::now(), None, 0);
        while looks < LOOKS {
            let waiting = self.size().await?;
            anyhow::ensure!(
                begun.elapsed() < patience,
                "{waiting} messages are still on their way"
            );
            if waiting == 0 {
                empty_since.get_or_insert(begun.elapsed());
                looks += 1;
            } else {
                (empty_since, looks) = (None, 0);
            }
            // Another process cannot be driven until idle, only be looked at again.
            tokio::time::sleep(LOOK).await;
        }
        empty_since.context("it was looked at")
    }
}
