//! The collection `events`, and where it ends.
//!
//! Numbers come from a counter that is moved on in the transaction that writes the events: of two replicas that add at once
//! one runs again, so numbers have no gaps and who sees an event sees all before it.

use revcart_persistence::documents::values::{self, Document, doc};
use revcart_persistence::documents::{self, Change, Documents, Listing};
use serde::{Deserialize, Serialize};
use shared_events::{MessageId, OrderId, Timestamp};
use uuid::Uuid;

use super::{Error, Logged, MOST_OF_ORDER};
use crate::domain::entry::Entry;

pub(in crate::store) const COLLECTION: &str = "events";
/// Numbers of the first event that there still is, less one, and of the last.
pub(in crate::store) const ENDS: &str = "event_log_ends";
const LAST: &str = "last";
const FORGOTTEN: &str = "forgotten";

/// An event. Its message's id is its key: should a message come when its claim has long been forgotten, it is refused here.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    #[serde(rename = "_id")]
    id: values::Uuid,
    sequence: i64,
    name: String,
    #[serde(rename = "type")]
    message_type: String,
    source: String,
    subject: String,
    correlation_id: String,
    causation_id: Option<values::Uuid>,
    order_id: Option<values::Uuid>,
    time: i64,
    received_at: i64,
    data: String,
}

#[derive(Deserialize)]
struct End {
    number: i64,
}

pub(super) async fn append(
    documents: &Documents,
    entries: Vec<Entry>,
    now: Timestamp,
) -> Result<(), Error> {
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(());
    }
    let advanced = doc! { "$inc": { "number": count } };
    move_end(documents, LAST, advanced).await?;
    let before = end(documents, LAST).await? - count;
    let mut stored = Vec::with_capacity(entries.len());
    for (sequence, entry) in (before + 1..).zip(entries) {
        let event = Stored::new(sequence, entry, now);
        stored.push(documents::document(COLLECTION, &event)?);
    }
    documents.insert(COLLECTION, &stored).await
}

async fn move_end(
    documents: &Documents,
    which: &'static str,
    update: Document,
) -> Result<(), Error> {
    let change = Change {
        filter: doc! { "_id": which },
        update,
        upsert: true,
    };
    documents.change(ENDS, &[change]).await.map(drop)
}

async fn end(documents: &Documents, which: &'static str) -> Result<i64, Error> {
    let end: Option<End> = documents.find_one(ENDS, doc! { "_id": which }).await?;
    Ok(end.map_or(0, |end| end.number))
}

/// What is found, and in which order.
pub(in crate::store) type Query = (Document, Document);

pub(super) async fn after(
    documents: &Documents,
    after: Option<i64>,
    name: Option<&str>,
    limit: u64,
) -> Result<Vec<Logged>, Error> {
    all(documents, after_query(after, name), limit).await
}

pub(in crate::store) fn after_query(after: Option<i64>, name: Option<&str>) -> Query {
    let mut filter = of_name(name);
    if let Some(after) = after {
        filter.insert("sequence", doc! { "$gt": after });
    }
    (filter, doc! { "sequence": 1 })
}

pub(super) async fn last(
    documents: &Documents,
    name: Option<&str>,
    limit: u64,
) -> Result<Vec<Logged>, Error> {
    all(documents, last_query(name), limit).await
}

pub(in crate::store) fn last_query(name: Option<&str>) -> Query {
    (of_name(name), doc! { "sequence": -1 })
}

fn of_name(name: Option<&str>) -> Document {
    name.map_or_else(Document::new, |name| doc! { "name": name })
}

pub(super) async fn latest(documents: &Documents) -> Result<i64, Error> {
    end(documents, LAST).await
}

pub(super) async fn of_order(documents: &Documents, order: OrderId) -> Result<Vec<Logged>, Error> {
    all(documents, of_order_query(order), u64::from(MOST_OF_ORDER)).await
}

pub(in crate::store) fn of_order_query(order: OrderId) -> Query {
    let filter = doc! { "orderId": documents::id(order.as_uuid()) };
    (filter, doc! { "sequence": 1 })
}

/// First the rest of those sent at the same moment, then those sent later: each by itself walks the index.
pub(super) async fn sent_within(
    documents: &Documents,
    (from, sequence): (Timestamp, i64),
    until: Timestamp,
    limit: u32,
) -> Result<Vec<Logged>, Error> {
    let limit = u64::from(limit);
    let mut found = all(documents, sent_at_query(from, sequence), limit).await?;
    let left = limit.saturating_sub(found.len() as u64);
    if left > 0 {
        let later = sent_after_query(from, until);
        found.extend(all(documents, later, left).await?);
    }
    Ok(found)
}

pub(in crate::store) fn sent_at_query(at: Timestamp, sequence: i64) -> Query {
    let filter = doc! { "time": at.micros(), "sequence": { "$gt": sequence } };
    (filter, doc! { "sequence": 1 })
}

pub(in crate::store) fn sent_after_query(from: Timestamp, until: Timestamp) -> Query {
    let filter = doc! { "time": { "$gt": from.micros(), "$lt": until.micros() } };
    (filter, doc! { "time": 1, "sequence": 1 })
}

pub(super) async fn sent_between(
    documents: &Documents,
) -> Result<Option<(Timestamp, Timestamp)>, Error> {
    let mut ends = Vec::new();
    for direction in [1, -1] {
        let sort = doc! { "time": direction };
        let found = all(documents, (Document::new(), sort), 1).await?;
        ends.extend(found.first().map(|logged| logged.entry.time));
    }
    Ok(match ends[..] {
        [first, last] => Some((first, last)),
        _ => None,
    })
}

pub(super) async fn oldest_received(
    documents: &Documents,
) -> Result<Option<(i64, Timestamp)>, Error> {
    let found = all(documents, (Document::new(), doc! { "sequence": 1 }), 1).await?;
    let oldest = |logged: &Logged| (logged.sequence, logged.received_at);
    Ok(found.first().map(oldest))
}

/// Whoever adds moves this counter on: two that write to it at once meet.
pub(super) async fn hold(documents: &Documents, now: Timestamp) -> Result<(), Error> {
    let held = doc! { "$set": { "heldAt": now.micros() }, "$inc": { "number": 0_i64 } };
    move_end(documents, LAST, held).await
}

/// Looks at the oldest events only: they are numbered as they came, so it takes no index by time to find old ones.
pub(super) async fn forget(
    documents: &Documents,
    before: Timestamp,
    most: u32,
) -> Result<u64, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Oldest {
        sequence: i64,
        received_at: i64,
    }
    let forgotten = end(documents, FORGOTTEN).await?;
    let stages = [
        doc! { "$match": oldest(forgotten, most) },
        doc! { "$sort": { "sequence": 1 } },
        doc! { "$project": { "sequence": 1, "receivedAt": 1 } },
    ];
    let oldest: Vec<Oldest> = documents.aggregate(COLLECTION, stages).await?;
    let old = |event: &&Oldest| event.received_at < before.micros();
    let Some(last) = oldest.iter().take_while(old).last() else {
        return Ok(0);
    };
    move_end(
        documents,
        FORGOTTEN,
        doc! { "$set": { "number": last.sequence } },
    )
    .await?;
    let these = doc! { "sequence": { "$gt": forgotten, "$lte": last.sequence } };
    documents.delete(COLLECTION, these).await
}

/// The events that come next after those forgotten; there are no gaps between numbers.
pub(in crate::store) fn oldest(forgotten: i64, most: u32) -> Document {
    let last = forgotten.saturating_add(i64::from(most));
    doc! { "sequence": { "$gt": forgotten, "$lte": last } }
}

async fn all(
    documents: &Documents,
    (filter, sort): Query,
    limit: u64,
) -> Result<Vec<Logged>, Error> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found: Vec<Stored> = documents
        .find(COLLECTION, filter, Listing { sort, limit })
        .await?;
    Ok(found.into_iter().map(Logged::from).collect())
}

impl Stored {
    fn new(sequence: i64, entry: Entry, now: Timestamp) -> Self {
        let id = |id: Uuid| values::Uuid::from_bytes(id.into_bytes());
        Self {
            id: id(entry.id.as_uuid()),
            sequence,
            name: entry.name,
            message_type: entry.message_type,
            source: entry.source,
            subject: entry.subject,
            correlation_id: entry.correlation_id,
            causation_id: entry.causation_id.map(|cause| id(cause.as_uuid())),
            order_id: entry.order_id.map(|order| id(order.as_uuid())),
            time: entry.time.micros(),
            received_at: now.micros(),
            data: entry.data,
        }
    }
}

impl From<Stored> for Logged {
    fn from(stored: Stored) -> Self {
        let id = |id: values::Uuid| Uuid::from_bytes(id.bytes());
        Self {
            sequence: stored.sequence,
            received_at: Timestamp::from_micros(stored.received_at),
            entry: Entry {
                id: MessageId::from_uuid(id(stored.id)),
                name: stored.name,
                message_type: stored.message_type,
                source: stored.source,
                subject: stored.subject,
                correlation_id: stored.correlation_id,
                causation_id: stored
                    .causation_id
                    .map(|cause| MessageId::from_uuid(id(cause))),
                order_id: stored.order_id.map(|order| OrderId::from_uuid(id(order))),
                time: Timestamp::from_micros(stored.time),
                data: stored.data,
            },
        }
    }
}
