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
            let oldest = depth.oldest.unwrap_or(Duration::ZERO).as_secs_f64();
            let name = queue.name();
            match queue.kind {
                QueueKind::Main => {
                    gauge!(names::QUEUE_DEPTH, "queue" => name).set(depth.total() as f64);
                    gauge!(names::QUEUE_OLDEST_MESSAGE_AGE, "queue" => name).set(oldest);
                }
                QueueKind::DeadLetter => {
                    gauge!(names::DEAD_LETTERS, "queue" => name).set(depth.total() as f64);
                }
            }
        }
        Ok(())
    }
}
