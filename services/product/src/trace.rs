//! What this service has on record of one order, for `revcart trace` and the console's timeline.

pub use revcart_http_edge::trace::Record;
use revcart_persistence::Database;
use shared_events::{OrderId, StockLine, Timestamp};

use crate::domain::reservation;
use crate::store::{Error, reservations};

/// The records of an order, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_order(database: &Database, order: OrderId) -> Result<Vec<Record>, Error> {
    let id = reservation::of_order(order);
    let Some(reservation) = reservations::find(database.read(), id).await? else {
        return Ok(vec![]);
    };
    let detail = detail(reservation.state.lines());
    let record = |(at, title): (Option<Timestamp>, &str)| {
        let service = database.service();
        Some(Record::new(service, at?, "stock", title, detail.clone()))
    };
    let mut records: Vec<Record> = [
        (reservation.held_at, "stock reserved"),
        (reservation.sold_at, "stock sold"),
        (reservation.released_at, "stock released"),
    ]
    .into_iter()
    .filter_map(record)
    .collect();
    records.sort_by_key(|record| record.at);
    Ok(records)
}

fn detail(lines: &[StockLine]) -> String {
    if lines.is_empty() {
        return "nothing was set aside".to_owned();
    }
    let lines: Vec<String> = lines
        .iter()
        .map(|line| format!("{} × {}", line.quantity, line.product_id))
        .collect();
    lines.join(", ")
}
