//! What handlers, consumers and jobs work with: settings, the database, the gateways, and the desk where work for the
//! executor is laid down.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use revcart_http_edge::host::Adapters;
use revcart_persistence::{Cause, Database, UnitOfWork};
use revcart_runtime::Clock;
use revcart_runtime::telemetry::names;
use shared_events::AnyMessage;

use crate::config::Config;
use crate::executor::Desk;
use crate::gateways::{Gateways, Naps};
use crate::store::{self, pace::Pace, till::Till};

/// What a visit to a gateway takes besides its calls: waiting for a place, recording.
const LEASE_MARGIN: Duration = Duration::from_secs(10);

/// The parts of the service; clones share them.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

/// See [`App`].
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) database: Database,
    pub(crate) gateways: Gateways,
    pub(crate) desk: Desk,
    pub(crate) naps: Naps,
    pub(crate) pace: Pace,
}

impl App {
    pub(crate) fn new(config: Config, adapters: &Adapters) -> Self {
        let Adapters {
            clock, database, ..
        } = adapters;
        let naps = Naps::default();
        Self(Arc::new(Parts {
            clock: clock.clone(),
            database: database.clone(),
            gateways: Gateways::new(&config, database, clock, &naps),
            desk: Desk::default(),
            naps,
            pace: Pace {
                // A visit makes two calls at the most.
                lease: config.gateway_deadline * 2 + LEASE_MARGIN,
                recheck: config.recheck,
            },
            config,
        }))
    }

    /// Publishes what a payment says, and counts failures once they are committed.
    pub(crate) fn say(&self, unit: &mut UnitOfWork, says: Vec<AnyMessage>, cause: &Cause) {
        for message in says {
            if let AnyMessage::PaymentFailed(failed) = &message {
                let reason = failed.reason.clone();
                unit.after_commit(move || {
                    metrics::counter!(names::PAYMENT_FAILURES, "reason" => reason).increment(1);
                });
            }
            unit.emit(message, cause);
        }
    }

    /// Saves what a transaction has done to payments, and has the gateways asked once it is committed.
    pub(crate) async fn save(&self, unit: &mut UnitOfWork, till: Till) -> Result<(), store::Error> {
        let visits = till.save(unit).await?;
        if !visits.is_empty() {
            let app = self.clone();
            unit.after_commit(move || app.desk.hand_over(visits));
        }
        Ok(())
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
