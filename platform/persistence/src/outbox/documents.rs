//! The outbox as a collection.

use mongodb::bson::{Bson, Document, doc};
use shared_events::{MessageId, Timestamp};

use super::{LEASE, Pending, Row, Seen};
use crate::Error;
use crate::documents::{self, Change, Documents, Listing};

pub(crate) const COLLECTION: &str = "outbox";

/// Writes `rows`, leased by this process from `now` on.
pub(crate) async fn insert(
    documents: &Documents,
    rows: &[Row],
    now: Timestamp,
) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let stored = |row: &Row| {
        doc! {
            "_id": documents::id(row.id.as_uuid()),
            "destination": row.destination.to_string(),
            "body": row.body.to_string(),
            "attributes": serde_json::to_string(&row.attributes).expect("strings can be written as JSON"),
            "createdAt": now.micros(),
            "leasedUntil": (now + LEASE).micros(),
            "attempts": 0,
            "parkedAt": Bson::Null,
        }
    };
    let stored: Vec<Document> = rows.iter().map(stored).collect();
    documents.insert(COLLECTION, &stored).await
}

pub(super) async fn delete(documents: &Documents, ids: &[MessageId]) -> Result<(), Error> {
    documents.delete(COLLECTION, among(ids)).await.map(drop)
}

/// Two that sweep at once meet on the rows, and one of them runs again and finds them taken.
pub(super) async fn sweep(
    documents: &Documents,
    most: u64,
    now: Timestamp,
) -> Result<Vec<Row>, Error> {
    let free = doc! { "leasedUntil": { "$lte": now.micros() }, "parkedAt": Bson::Null };
    let oldest = Listing {
        sort: doc! { "leasedUntil": 1 },
        limit: i64::try_from(most).unwrap_or(i64::MAX),
    };
    let found: Vec<Stored> = documents.find(COLLECTION, free, oldest).await?;
    let rows: Vec<Row> = found.iter().filter_map(Stored::row).collect();
    let ids: Vec<MessageId> = found.iter().map(Stored::id).collect();
    let lease = doc! { "$set": { "leasedUntil": (now + LEASE).micros() } };
    if !ids.is_empty() {
        documents.change_all(COLLECTION, among(&ids), lease).await?;
    }
    Ok(rows)
}

pub(super) async fn release_all(documents: &Documents) -> Result<u64, Error> {
    let release = doc! { "$set": { "leasedUntil": 0_i64 } };
    documents
        .change_all(COLLECTION, doc! { "parkedAt": Bson::Null }, release)
        .await
}

pub(super) async fn postpone(
    documents: &Documents,
    id: MessageId,
    why: &str,
    until: Timestamp,
) -> Result<(), Error> {
    let update = doc! {
        "$set": { "leasedUntil": until.micros(), "lastError": why },
        "$inc": { "attempts": 1 },
    };
    change(documents, id, update).await
}

pub(super) async fn park(
    documents: &Documents,
    id: MessageId,
    why: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let update = doc! { "$set": { "parkedAt": now.micros(), "lastError": why } };
    change(documents, id, update).await
}

async fn change(documents: &Documents, id: MessageId, update: Document) -> Result<(), Error> {
    let change = Change {
        filter: doc! { "_id": documents::id(id.as_uuid()) },
        update,
        upsert: false,
    };
    documents.change(COLLECTION, &[change]).await.map(drop)
}

pub(super) async fn pending(documents: &Documents) -> Result<Pending, Error> {
    let waiting = doc! { "parkedAt": Bson::Null };
    let oldest = Listing {
        sort: doc! { "leasedUntil": 1 },
        limit: 1,
    };
    let oldest: Vec<Stored> = documents.find(COLLECTION, waiting.clone(), oldest).await?;
    Ok(Pending {
        waiting: documents.count(COLLECTION, waiting).await?,
        parked: documents
            .count(COLLECTION, doc! { "parkedAt": { "$ne": Bson::Null } })
            .await?,
        oldest: oldest
            .first()
            .map(|row| Timestamp::from_micros(row.created_at)),
    })
}

pub(super) async fn page(
    documents: &Documents,
    after: Option<MessageId>,
    limit: u64,
) -> Result<Vec<Seen>, Error> {
    let from = after.map_or_else(
        Document::new,
        |after| doc! { "_id": { "$gt": documents::id(after.as_uuid()) } },
    );
    let listing = Listing {
        sort: doc! { "_id": 1 },
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
    };
    let found: Vec<Stored> = documents.find(COLLECTION, from, listing).await?;
    let seen = |row: Stored| Seen {
        id: row.id(),
        destination: row.destination,
        body: row.body,
        parked: row.parked_at.map(|_| row.last_error.unwrap_or_default()),
    };
    Ok(found.into_iter().map(seen).collect())
}

fn among(ids: &[MessageId]) -> Document {
    let ids: Vec<Bson> = ids.iter().map(|id| documents::id(id.as_uuid())).collect();
    doc! { "_id": { "$in": ids } }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    #[serde(rename = "_id")]
    id: mongodb::bson::Uuid,
    destination: String,
    body: String,
    attributes: String,
    created_at: i64,
    attempts: i32,
    #[serde(default)]
    parked_at: Option<i64>,
    #[serde(default)]
    last_error: Option<String>,
}

impl Stored {
    fn id(&self) -> MessageId {
        MessageId::from_uuid(uuid::Uuid::from_bytes(self.id.bytes()))
    }

    fn row(&self) -> Option<Row> {
        Row::stored(
            self.id(),
            &self.destination,
            self.body.clone(),
            &self.attributes,
            self.attempts,
        )
    }
}
