//! What this service has on record of one order, for `revcart trace` and the console's timeline: notices and mails. Never the
//! address, nor the text.

pub use revcart_http_edge::trace::Record;
use revcart_persistence::Database;
use shared_events::{OrderId, Timestamp};

use crate::store::{Error, notices};

/// The records of an order, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_order(database: &Database, order: OrderId) -> Result<Vec<Record>, Error> {
    let mut records = Vec::new();
    for row in notices::of_order(database.read(), order).await? {
        let record = |at: Timestamp, kind: &str, detail: String| {
            Record::new(database.service(), at, kind, row.title.clone(), detail)
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
