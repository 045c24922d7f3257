//! What this service has on record of one order, for the merged timeline: the saga's log.

pub use revcart_http_edge::trace::Record;
use revcart_persistence::{Database, Error};
use shared_events::{MessageId, OrderId, Service};

use crate::domain::OrderNumber;
use crate::sagas::Line;
use crate::store::{orders, saga_log};

/// Everything on record of an order, first to last; nothing if there is no such order. Kinds are `saga-input`,
/// `saga-decision` and `saga-command`; a title is like `payment#1: StockReserved`. The cause is the message that came in, of all
/// that was decided on it.
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
    let kind = format!("saga-{}", line.kind);
    let title = format!("{place}{}", line.title);
    let detail = line.detail.unwrap_or_default();
    Record {
        message_id: line.message_id.filter(|_| line.kind != INPUT),
        caused_by: heard,
        ..Record::new(Service::Order, line.at, &kind, title, detail)
    }
}
