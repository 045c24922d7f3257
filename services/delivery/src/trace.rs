//! What this service has on record of one order, for `revcart trace` and the console's timeline.

pub use revcart_http_edge::trace::Record;
use revcart_persistence::Database;
use shared_events::OrderId;

use crate::domain::doorstep::Reason;
use crate::store::Error;
use crate::store::deliveries::{self, Moment};

/// The records of an order, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_order(database: &Database, order: OrderId) -> Result<Vec<Record>, Error> {
    let Some(delivery) = deliveries::find(database, order).await? else {
        return Ok(vec![]);
    };
    let record = |moment: &Moment| {
        let title = format!("delivery is {}", moment.status);
        let service = database.service();
        Record::new(service, moment.at, "delivery", title, detail(moment))
    };
    Ok(delivery.history.iter().map(record).collect())
}

/// The agent's name and words; what proves a hand-over stays with those who may see the delivery.
fn detail(moment: &Moment) -> String {
    let parts = [
        moment.agent.as_deref(),
        moment.remark.reason.map(Reason::as_str),
        moment.remark.note.as_deref(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(": ")
}
