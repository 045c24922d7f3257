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
/// Upper bounds for how much was done at once.
const COUNTS: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];
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
    let full = |name: &str| Matcher::Full(name.to_owned());
    let buckets = [
        (Matcher::Suffix("_seconds".to_owned()), &SHORT[..]),
        (full(names::MESSAGE_AGE), &LONG),
        (full(names::SAGA_DURATION), &LONG),
        (full(names::DB_WRITES_PER_COMMIT), &COUNTS),
    ];
    let builder = buckets
        .into_iter()
        .try_fold(PrometheusBuilder::new(), |builder, (metric, bounds)| {
            builder.set_buckets_for_metric(metric, bounds)
        })
        .expect("no list of buckets is empty");
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("metrics go to a recorder that something else installed");
    }
    names::describe();
    Metrics { recorder: handle }
}
