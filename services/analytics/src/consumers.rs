//! What the analytics service does about messages: everything into the log, a batch as one statement.

use revcart_http_edge::host::Adapters;
use revcart_messaging::{Consumer, ConsumerOptions, HandlingError, Incoming};
use revcart_persistence::UnitOfWork;
use shared_events::RawEnvelope;

use crate::app::App;
use crate::domain::entry::Entry;
use crate::store::{self, events};

/// Messages in one transaction. More than others take: every message of the shop comes through here.
const BATCH: usize = 512;

/// The consumer of `analytics-service-queue`.
pub(crate) fn all(app: &App, adapters: &Adapters) -> Vec<Consumer> {
    let app = app.clone();
    vec![Consumer::raw(
        ConsumerOptions {
            batch: BATCH,
            ..ConsumerOptions::default()
        },
        adapters.database.clone(),
        adapters.bus.clone(),
        adapters.clock.clone(),
        move |unit, messages| {
            let app = app.clone();
            Box::pin(async move { handle(&app, unit, messages).await })
        },
    )]
}

async fn handle(
    _app: &App,
    unit: &mut UnitOfWork,
    messages: &[Incoming<RawEnvelope>],
) -> Result<(), HandlingError> {
    let log = messages
        .iter()
        .map(|message| Entry::of(&message.envelope))
        .collect();
    events::append(unit.sql(), log, unit.now()).await?;
    Ok(())
}

impl From<store::Error> for HandlingError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Database(error) => error.into(),
        }
    }
}
