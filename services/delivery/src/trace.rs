//! What this service has on record of one order, for `revcart trace` and the console's timeline.

use revcart_persistence::Database;
use serde::{Deserialize, Serialize};
use shared_events::{OrderId, Timestamp};

use crate::store::Error;
use crate::store::deliveries::{self, Moment};

/// Something that happened to the order here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When.
    pub at: Timestamp,
    /// Where: this service.
    pub service: String,
    /// What sort of thing: `delivery`.
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
    let Some(delivery) = deliveries::find(database, order).await? else {
        return Ok(vec![]);
    };
    let record = |moment: &Moment| Record {
        at: moment.at,
        service: database.service().name().to_owned(),
        kind: "delivery".to_owned(),
        title: format!("delivery is {}", moment.status),
        detail: detail(moment),
    };
    Ok(delivery.history.iter().map(record).collect())
}

/// The agent's name and words; what proves a hand-over stays with those who may see the delivery.
fn detail(moment: &Moment) -> String {
    let parts = [moment.agent.as_deref(), moment.remark.note.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(": ")
}
