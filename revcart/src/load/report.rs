//! What became of every order: counted while the run goes on, reported at its end.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

/// How an order ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Paid, reserved, with a delivery agent.
    Confirmed,
    /// Undone completely, for this reason.
    Cancelled(String),
    /// Refused before there was an order.
    Refused(String),
    /// Something that should not happen.
    Error(String),
}

/// One order's end.
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    pub(crate) checkout: Option<Duration>,
}

/// A run in figures; times in milliseconds.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// Orders accepted.
    pub(crate) orders: u64,
    /// Orders confirmed.
    pub(crate) confirmed: u64,
    /// Orders cancelled and undone.
    pub(crate) cancelled: u64,
    /// Checkouts refused before there was an order.
    pub(crate) refused: u64,
    /// Orders whose end is not as it should be.
    pub(crate) errors: u64,
    /// How long the run took.
    pub(crate) seconds: f64,
    /// Settled orders per second.
    pub(crate) orders_per_second: f64,
    /// Time from checkout to its end.
    pub(crate) checkout_ms: Percentiles,
    /// Orders by how they ended.
    pub(crate) outcomes: BTreeMap<String, u64>,
    /// The first few errors.
    pub(crate) first_errors: Vec<String>,
}

/// Latency percentiles in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Percentiles {
    /// Half are faster.
    pub(crate) p50: f64,
    /// 95 in 100 are faster.
    pub(crate) p95: f64,
    /// 99 in 100 are faster.
    pub(crate) p99: f64,
}

/// Counts so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) orders: u64,
    pub(crate) confirmed: u64,
    pub(crate) cancelled: u64,
    pub(crate) refused: u64,
    pub(crate) errors: u64,
}

#[derive(Default)]
pub(crate) struct Tally(Mutex<Tallied>);

struct Tallied {
    counts: Counts,
    outcomes: BTreeMap<String, u64>,
    first_errors: Vec<String>,
    checkout: Histogram<u64>,
}

impl Default for Tallied {
    fn default() -> Self {
        // Microseconds up to an hour, three digits.
        let checkout =
            Histogram::new_with_bounds(1, 3_600_000_000, 3).expect("the bounds are in order");
        Self {
            counts: Counts::default(),
            outcomes: BTreeMap::new(),
            first_errors: Vec::new(),
            checkout,
        }
    }
}

impl Tally {
    pub(crate) fn record(&self, ended: Ended) {
        let mut tallied = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let tallied = &mut *tallied;
        if let Some(checkout) = ended.checkout {
            tallied
                .checkout
                .saturating_record(u64::try_from(checkout.as_micros()).unwrap_or(u64::MAX));
        }
        let name = match ended.outcome {
            Outcome::Confirmed => {
                tallied.counts.confirmed += 1;
                "CONFIRMED".to_owned()
            }
            Outcome::Cancelled(reason) => {
                tallied.counts.cancelled += 1;
                reason
            }
            Outcome::Refused(code) => {
                tallied.counts.refused += 1;
                format!("REFUSED {code}")
            }
            Outcome::Error(text) => {
                tallied.counts.errors += 1;
                if tallied.first_errors.len() < 5 {
                    tallied.first_errors.push(text);
                }
                "ERROR".to_owned()
            }
        };
        tallied.counts.orders = tallied.counts.confirmed + tallied.counts.cancelled;
        *tallied.outcomes.entry(name).or_default() += 1;
    }

    pub(crate) fn counts(&self) -> Counts {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .counts
    }

    pub(crate) fn report(&self, took: Duration) -> Report {
        let tallied = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let at = |quantile: f64| tallied.checkout.value_at_quantile(quantile) as f64 / 1000.0;
        let seconds = took.as_secs_f64();
        Report {
            orders: tallied.counts.orders,
            confirmed: tallied.counts.confirmed,
            cancelled: tallied.counts.cancelled,
            refused: tallied.counts.refused,
            errors: tallied.counts.errors,
            seconds,
            orders_per_second: tallied.counts.orders as f64 / seconds,
            checkout_ms: Percentiles {
                p50: at(0.50),
                p95: at(0.95),
                p99: at(0.99),
            },
            outcomes: tallied.outcomes.clone(),
            first_errors: tallied.first_errors.clone(),
        }
    }
}
