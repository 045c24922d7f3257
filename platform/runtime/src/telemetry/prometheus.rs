//! The recorder behind the `metrics` macros, and its page for `/metrics`.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::{names, process};
use crate::Tasks;

/// Upper bounds in seconds for durations of requests and handlers: 2 s is the bound of the latency alarm.
const SHORT: [f64; 15] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0,
];
/// Upper bounds in seconds for what waits in queues or for people.
const LONG: [f64; 14] = [
    0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0,
    345_600.0,
];
const LONG_LIVED: [&str; 2] = [names::MESSAGE_AGE, names::SAGA_DURATION];
/// How often what was recorded is folded into the histograms when nobody asks for the page.
const UPKEEP: Duration = Duration::from_secs(5);

/// The metrics of this process.
#[derive(Clone)]
pub struct Metrics {
    recorder: PrometheusHandle,
}

/// The metrics of this process; the first call installs the recorder. What was recorded before that call is lost,
/// so processes and test fixtures call it first.
pub fn metrics() -> Metrics {
    static METRICS: OnceLock<Metrics> = OnceLock::new();
    METRICS.get_or_init(install).clone()
}

impl Metrics {
    /// The page in the Prometheus text format, with figures of the process itself at its end.
    pub fn render(&self) -> String {
        let mut page = self.recorder.render();
        process::append_to(&mut page);
        page
    }

    /// Folds recorded values into the histograms every few seconds, until shutdown:
    /// without it a page that nobody asks for would collect them without bound.
    pub fn spawn_upkeep(&self, tasks: &Tasks) {
        let recorder = self.recorder.clone();
        let shutdown = tasks.shutdown().clone();
        tasks.spawn("metrics-upkeep", async move {
            let mut beat = tokio::time::interval(UPKEEP);
            loop {
                tokio::select! {
                    () = shutdown.requested() => return,
                    _ = beat.tick() => recorder.run_upkeep(),
                }
            }
        });
    }
}

fn install() -> Metrics {
    let mut builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SHORT)
        .expect("the list of buckets is not empty");
    for name in LONG_LIVED {
        builder = builder
            .set_buckets_for_metric(Matcher::Full(name.to_owned()), &LONG)
            .expect("the list of buckets is not empty");
    }
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("metrics go to a recorder that something else installed");
    }
    names::describe();
    Metrics { recorder: handle }
}
