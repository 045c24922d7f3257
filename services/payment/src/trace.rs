//! What this service has on record of one order, for `revcart trace` and the console's timeline: every call to a gateway.

use revcart_persistence::Database;
use serde::{Deserialize, Serialize};
use shared_events::{OrderId, Timestamp};

use crate::domain::payment;
use crate::store::{Error, attempts, attempts::entity::Model};

/// Something that happened to the order here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When.
    pub at: Timestamp,
    /// Where: this service.
    pub service: String,
    /// What sort of thing: `gateway`.
    pub kind: String,
    /// What, in a few words.
    pub title: String,
    /// The rest.
    pub detail: String,
}

/// The records of an order, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_order(database: &Database, order: OrderId) -> Result<Vec<Record>, Error> {
    let calls = attempts::of_payment(database.read(), payment::of_order(order)).await?;
    let service = database.service().name();
    Ok(calls
        .into_iter()
        .map(|call| record(call, service))
        .collect())
}

fn record(call: Model, service: &str) -> Record {
    let took = Timestamp::from_micros(call.finished_at) - Timestamp::from_micros(call.started_at);
    let mut detail = format!("{} in {} ms", call.key, took.as_millis());
    if let Some(more) = call.detail {
        detail.push_str(": ");
        detail.push_str(&more);
    }
    Record {
        at: Timestamp::from_micros(call.started_at),
        service: service.to_owned(),
        kind: "gateway".to_owned(),
        title: format!("{}: {}", call.operation, call.outcome),
        detail,
    }
}
