//! The bus as metrics: how much waits where, and for how long.

use std::time::Duration;

use metrics::gauge;
use revcart_runtime::telemetry::names;

use super::{Bus, BusError, QueueKind, QueueRef};

impl Bus {
    /// Records the depth of every queue and the age of the oldest message in it; to be called every few seconds by one
    /// process.
    ///
    /// # Errors
    /// [`BusError`] when the bus cannot be asked.
    pub async fn record_depths(&self) -> Result<(), BusError> {
        for queue in QueueRef::all() {
            let depth = self.depth(queue).await?;
            // A bus that does not tell the age leaves the gauge alone, rather than saying that nothing waits.
            let oldest = match depth.oldest {
                None if depth.is_empty() => Some(Duration::ZERO),
                oldest => oldest,
            };
            let name = queue.name();
            match queue.kind {
                QueueKind::Main => {
                    gauge!(names::QUEUE_DEPTH, "queue" => name).set(depth.total() as f64);
                    if let Some(oldest) = oldest {
                        gauge!(names::QUEUE_OLDEST_MESSAGE_AGE, "queue" => name)
                            .set(oldest.as_secs_f64());
                    }
                }
                QueueKind::DeadLetter => {
                    gauge!(names::DEAD_LETTERS, "queue" => name).set(depth.total() as f64);
                }
            }
        }
        Ok(())
    }
}
