//! What this service has on record of one order, for `revcart trace` and the console's timeline: every call to a gateway, and
//! every refund by hand.

pub use revcart_http_edge::trace::Record;
use revcart_persistence::Database;
use shared_events::{OrderId, Service, Timestamp};

use crate::domain::payment;
use crate::store::{Error, attempts, manual_refunds};

/// The records of an order, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_order(database: &Database, order: OrderId) -> Result<Vec<Record>, Error> {
    let (payment, service) = (payment::of_order(order), database.service());
    let calls = attempts::of_payment(database.read(), payment).await?;
    let by_hand = manual_refunds::of_payment(database.read(), payment).await?;
    let calls = calls.into_iter().map(|call| called(call, service));
    let by_hand = by_hand.into_iter().map(|refund| given(refund, service));
    let mut records: Vec<Record> = by_hand.chain(calls).collect();
    records.sort_by_key(|record| record.at);
    Ok(records)
}

fn called(call: attempts::entity::Model, service: Service) -> Record {
    let took = Timestamp::from_micros(call.finished_at) - Timestamp::from_micros(call.started_at);
    let mut detail = format!("{} in {} ms", call.key, took.as_millis());
    if let Some(more) = call.detail {
        detail.push_str(": ");
        detail.push_str(&more);
    }
    let at = Timestamp::from_micros(call.started_at);
    let title = format!("{}: {}", call.operation, call.outcome);
    Record::new(service, at, "gateway", title, detail)
}

fn given(refund: manual_refunds::entity::Model, service: Service) -> Record {
    let at = Timestamp::from_micros(refund.at);
    let detail = format!("by {}: {}", refund.actor, refund.reason);
    Record::new(service, at, "operator", "refund by hand", detail)
}
