//! What this service has on record of one order, for the merged timeline: the saga's log.

use revcart_persistence::{Database, Error};
use serde::{Deserialize, Serialize};
use shared_events::{MessageId, OrderId, Timestamp};

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
    /// The rest: reason, operator; may be empty.
    pub detail: String,
    /// The message that was sent, if it is a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// The message that came in, of all that was decided on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<MessageId>,
}

/// Everything on record of an order, first to last; nothing if there is no such order.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_order(database: &Database, order: OrderId) -> Result<Vec<Record>, Error> {
    let lines = saga_log::of_order(database.read(), order).await?;
    Ok(records(lines))
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

/// A decision is the input that it is about, then what was decided and sent.
fn records(lines: Vec<Line>) -> Vec<Record> {
    let mut heard = None;
    let mut records = Vec::with_capacity(lines.len());
    for line in lines {
        if line.kind == INPUT {
            heard = line.message_id;
        }
        records.push(record(line, heard));
    }
    records
}

const INPUT: &str = "input";

fn record(line: Line, heard: Option<MessageId>) -> Record {
    let place = match (line.step, line.attempt) {
        (Some(step), Some(attempt)) => format!("{step}#{attempt}: "),
        (Some(step), None) => format!("{step}: "),
        (None, _) => String::new(),
    };
    Record {
        at: line.at,
        service: shared_events::Service::Order.name().to_owned(),
        message_id: line.message_id.filter(|_| line.kind != INPUT),
        caused_by: heard,
        kind: format!("saga-{}", line.kind),
        title: format!("{place}{}", line.title),
        detail: line.detail.unwrap_or_default(),
    }
}
