//! What this service has on record of one order, for `revcart trace` and the console's timeline.

use revcart_persistence::Database;
use serde::{Deserialize, Serialize};
use shared_events::{OrderId, Timestamp};

use crate::store::{Error, notices};

/// Something that happened to the order here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When.
    pub at: Timestamp,
    /// Where: this service.
    pub service: String,
    /// What sort of thing: `notice` or `mail`.
    pub kind: String,
    /// What, in a few words.
    pub title: String,
    /// The rest. Never the address, nor the text.
    pub detail: String,
}

/// The records of an order, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_order(database: &Database, order: OrderId) -> Result<Vec<Record>, Error> {
    let mut records = Vec::new();
    for row in notices::of_order(database.read(), order).await? {
        let record = |at: Timestamp, kind: &str, detail: String| Record {
            at,
            service: database.service().name().to_owned(),
            kind: kind.to_owned(),
            title: row.title.clone(),
            detail,
        };
        records.push(record(row.at(), "notice", row.template.clone()));
        if let Some(mailed_at) = row.mailed_at {
            let detail = format!(
                "{} {} after {} failures",
                row.template, row.mail_status, row.mail_attempts
            );
            records.push(record(Timestamp::from_micros(mailed_at), "mail", detail));
        }
    }
    records.sort_by_key(|record| record.at);
    Ok(records)
}
