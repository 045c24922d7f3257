//! The event log as operators read it: `revcart events tail`, live streams, exports.

use revcart_persistence::Database;
use serde::Serialize;
use shared_events::{MessageId, OrderId, Timestamp};

use crate::store::events::Logged;
use crate::store::{Error, events};

/// An event in the log. `data` is the JSON that came, secrets replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its number in the log, in the order of commits; numbers may be missing.
    pub sequence: i64,
    /// The message.
    pub id: MessageId,
    /// `OrderPlaced`; the whole type if it is not made like ours.
    pub name: String,
    /// `com.revcart.order.OrderPlaced.v2`, as it came.
    #[serde(rename = "type")]
    pub message_type: String,
    /// `/revcart/order-service`, as it came.
    pub source: String,
    /// Id of what it speaks of.
    pub subject: String,
    /// The order or request that it belongs to.
    pub correlation_id: String,
    /// The message that caused it, if it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<MessageId>,
    /// The order that it belongs to, as far as can be told.
    #[serde(skip)]
    pub order_id: Option<OrderId>,
    /// When it was sent.
    pub time: Timestamp,
    /// When it came here.
    pub received_at: Timestamp,
    /// What it says.
    #[serde(serialize_with = "as_json")]
    pub data: String,
}

/// Events after number `after` (from the first on without), all or those of one name, oldest first, at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn tail(
    database: &Database,
    after: Option<i64>,
    kind: Option<&str>,
    limit: u64,
) -> Result<Vec<Event>, Error> {
    let events = events::after(database, after, kind, limit).await?;
    Ok(events.into_iter().map(Event::from).collect())
}

/// The last events, all or those of one name, oldest first, at most `limit`: what a tail begins with.
///
/// # Errors
/// When the database cannot be read.
pub async fn last(
    database: &Database,
    kind: Option<&str>,
    limit: u64,
) -> Result<Vec<Event>, Error> {
    let events = events::last(database, kind, limit).await?;
    Ok(events.into_iter().rev().map(Event::from).collect())
}

/// Number of the latest event, 0 if there is none: where a tail of what is still to come begins.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest(database: &Database) -> Result<i64, Error> {
    events::latest(database).await
}

impl From<Logged> for Event {
    fn from(logged: Logged) -> Self {
        let entry = logged.entry;
        Self {
            sequence: logged.sequence,
            id: entry.id,
            name: entry.name,
            message_type: entry.message_type,
            source: entry.source,
            subject: entry.subject,
            correlation_id: entry.correlation_id,
            causation_id: entry.causation_id,
            order_id: entry.order_id,
            time: entry.time,
            received_at: logged.received_at,
            data: entry.data,
        }
    }
}

/// JSON that is there as text, unread. What is no JSON (a text hidden as a whole) becomes a string.
fn as_json<S: serde::Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match serde_json::from_str::<&serde_json::value::RawValue>(text) {
        Ok(raw) => raw.serialize(serializer),
        Err(_) => serializer.serialize_str(text),
    }
}
