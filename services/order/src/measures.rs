//! What is counted of orders and their sagas, once it is committed.

use std::time::Duration;

use revcart_runtime::telemetry::names;
use saga::order::{Instance, OrderChange, Settled};
use shared_events::{Money, Timestamp};

use crate::domain::Order;
use crate::store::sagas::Stored;

/// Something to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// An order was accepted, and its saga began.
    Placed,
    /// An order was confirmed: this much revenue.
    Confirmed(Money),
    /// A checkout settled. An order that is cancelled after it was confirmed settles a second time.
    Settled {
        /// How: `confirmed`, or a code of failure.
        outcome: &'static str,
        /// Since it was placed.
        after: Duration,
    },
}

/// What is to be counted of one decision of the saga `before`.
pub(crate) fn of_turn(
    order: &Order,
    before: &Stored,
    after: &Instance,
    changes: &[OrderChange],
    now: Timestamp,
) -> Vec<Measure> {
    let confirmed = changes
        .iter()
        .filter(|change| matches!(change, OrderChange::Confirmed));
    let mut measures: Vec<_> = confirmed
        .map(|_| Measure::Confirmed(order.terms.price.total))
        .collect();
    if let Some(settled) = after
        .settled()
        .filter(|settled| before.instance.settled() != Some(*settled))
    {
        let outcome = match settled {
            Settled::Confirmed => "confirmed",
            Settled::Failed { code } => code.as_str(),
        };
        measures.push(Measure::Settled {
            outcome,
            after: now - before.started_at,
        });
    }
    measures
}

/// Counts.
pub(crate) fn record(measures: impl IntoIterator<Item = Measure>) {
    for measure in measures {
        match measure {
            Measure::Placed => {
                metrics::counter!(names::ORDERS_PLACED).increment(1);
                metrics::counter!(names::SAGA_STARTED).increment(1);
            }
            Measure::Confirmed(total) => {
                let minor = u64::try_from(total.minor()).unwrap_or_default();
                metrics::counter!(names::REVENUE_MINOR, "currency" => total.currency().to_string())
                    .increment(minor);
            }
            Measure::Settled { outcome, after } => {
                metrics::counter!(names::SAGA_FINISHED, "outcome" => outcome).increment(1);
                metrics::histogram!(names::SAGA_DURATION, "outcome" => outcome)
                    .record(after.as_secs_f64());
            }
        }
    }
}
