//! How much waits in every queue, as metrics.

use std::time::Duration;

use revcart_http_edge::host::{Job, Progress};
use revcart_messaging::bus::Bus;

const EVERY: Duration = Duration::from_secs(1);

pub(super) fn job(bus: Bus) -> Job {
    Job::every("gauges", EVERY, move || {
        let bus = bus.clone();
        Box::pin(async move {
            bus.record_depths().await?;
            Ok(Progress::Idle)
        })
    })
}
