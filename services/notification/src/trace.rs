//! What this service has on record of one order, for `revcart trace` and the console's timeline: notices, mails and messages. Never
//! the address, nor the text.

pub use revcart_http_edge::trace::Record;
use revcart_persistence::Database;
use shared_events::{Channel, OrderId, Timestamp};

use crate::store::{Error, notices};

/// The records of an order, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_order(database: &Database, order: OrderId) -> Result<Vec<Record>, Error> {
    let mut records = Vec::new();
    for notice in notices::of_order(database, order).await? {
        let record = |at: Timestamp, kind: &str, detail: String| {
            Record::new(database.service(), at, kind, notice.title.clone(), detail)
        };
        // A text or push message is nothing but that.
        if notice.channel == Channel::Email {
            records.push(record(notice.at, "notice", notice.template.clone()));
        }
        if let Some(mailed_at) = notice.mailed_at {
            let detail = format!(
                "{} {} after {} failures",
                notice.template, notice.mail_status, notice.mail_attempts
            );
            let kind = match notice.channel {
                Channel::Sms => "text message",
                Channel::Push => "push message",
                Channel::Email | Channel::InApp | Channel::Websocket => "mail",
            };
            records.push(record(mailed_at, kind, detail));
        }
    }
    records.sort_by_key(|record| record.at);
    Ok(records)
}
