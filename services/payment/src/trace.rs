//! What this service has on record of one order, for `revcart trace` and the console's timeline: every call to a gateway, and
//! every refund by hand.

use revcart_persistence::Database;
use serde::{Deserialize, Serialize};
use shared_events::{OrderId, Timestamp};

use crate::domain::payment;
use crate::store::{Error, attempts, manual_refunds};

/// Something that happened to the order here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When.
    pub at: Timestamp,
    /// Where: this service.
    pub service: String,
    /// What sort of thing: `gateway`, `operator`.
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
    let (payment, service) = (payment::of_order(order), database.service().name());
    let calls = attempts::of_payment(database.read(), payment).await?;
    let by_hand = manual_refunds::of_payment(database.read(), payment).await?;
    let calls = calls.into_iter().map(|call| called(call, service));
    let by_hand = by_hand.into_iter().map(|refund| given(refund, service));
    let mut records: Vec<Record> = by_hand.chain(calls).collect();
    records.sort_by_key(|record| record.at);
    Ok(records)
}

fn called(call: attempts::entity::Model, service: &str) -> Record {
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

fn given(refund: manual_refunds::entity::Model, service: &str) -> Record {
    Record {
        at: Timestamp::from_micros(refund.at),
        service: service.to_owned(),
        kind: "operator".to_owned(),
        title: "refund by hand".to_owned(),
        detail: format!("by {}: {}", refund.actor, refund.reason),
    }
}
