//! What this service has on record of one order, for the merged timeline: the saga's log.

use revcart_persistence::{Database, Error};
use serde::{Deserialize, Serialize};
use shared_events::{OrderId, Timestamp};

use crate::domain::OrderNumber;
use crate::sagas::Line;
use crate::store::{orders, saga_log};

/// One line of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// When.
    pub at: Timestamp,
    /// Who has it on record: `order-service`.
    pub service: String,
    /// `saga-input`, `saga-decision` or `saga-command`.
    pub kind: String,
    /// What happened, in a few words: `payment#1: StockReserved`.
    pub title: String,
    /// The rest: reason, operator, message id; may be empty.
    pub detail: String,
}

/// Everything on record of an order, first to last; nothing if there is no such order.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_order(database: &Database, order: OrderId) -> Result<Vec<Record>, Error> {
    let lines = saga_log::of_order(database.read(), order).await?;
    Ok(lines.into_iter().map(record).collect())
}

/// The order that people call so.
///
/// # Errors
/// When the database cannot be read.
pub async fn order_by_number(
    database: &Database,
    number: OrderNumber,
) -> Result<Option<OrderId>, Error> {
    Ok(orders::id_of_number(database.read(), number).await?)
}

fn record(line: Line) -> Record {
    let place = match (line.step, line.attempt) {
        (Some(step), Some(attempt)) => format!("{step}#{attempt}: "),
        (Some(step), None) => format!("{step}: "),
        (None, _) => String::new(),
    };
    let message = line.message_id.map(|id| format!("message {id}"));
    let detail: Vec<_> = [line.detail, message].into_iter().flatten().collect();
    Record {
        at: line.at,
        service: shared_events::Service::Order.name().to_owned(),
        kind: format!("saga-{}", line.kind),
        title: format!("{place}{}", line.title),
        detail: detail.join(", "),
    }
}
