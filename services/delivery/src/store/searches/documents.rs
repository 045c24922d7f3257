//! Searches as documents of the collection `searches`.

use revcart_persistence::Cause;
use revcart_persistence::documents::values::{Bson, Document, Uuid, doc};
use revcart_persistence::documents::{Change, Collection, Documents, Index, Listing, id};
use serde::Deserialize;
use shared_events::{MessageId, OrderId, Timestamp};

use super::Open;
use crate::domain::zone::Zone;
use crate::store::{Error, uuid};

const SEARCHES: &str = "searches";

/// See the module.
pub(in crate::store) const COLLECTION: Collection = Collection {
    name: SEARCHES,
    indexes: &[
        Index::on("searches_by_zone", &[("zone", 1), ("_id", 1)]),
        Index::on("searches_by_expiry", &[("expiresAt", 1)]),
    ],
};

/// Nobody else puts the same at the same time: the delivery is written by the same transaction, and before.
pub(super) async fn put(documents: &Documents, searches: &[Open]) -> Result<(), Error> {
    let put = |open: &Open| {
        let causation = open.cause.causation_id.map(|cause| id(cause.as_uuid()));
        Change {
            filter: doc! { "_id": id(open.order.as_uuid()) },
            update: doc! {
                "zone": open.zone.as_str(),
                "expiresAt": open.expires_at.micros(),
                "correlationId": &open.cause.correlation_id,
                "causationId": causation,
                "traceparent": open.cause.traceparent.as_deref(),
            },
            upsert: true,
        }
    };
    let changes: Vec<Change> = searches.iter().map(put).collect();
    documents.change(SEARCHES, &changes).await?;
    Ok(())
}

pub(super) async fn remove(documents: &Documents, orders: &[OrderId]) -> Result<(), Error> {
    if orders.is_empty() {
        return Ok(());
    }
    let ids: Vec<Bson> = orders.iter().map(|order| id(order.as_uuid())).collect();
    let ended = doc! { "_id": { "$in": ids } };
    documents.delete(SEARCHES, ended).await?;
    Ok(())
}

pub(super) async fn any(documents: &Documents) -> Result<bool, Error> {
    found(documents, doc! {}).await
}

pub(super) async fn any_overdue(documents: &Documents, now: Timestamp) -> Result<bool, Error> {
    found(documents, overdue_query(now).0).await
}

pub(super) async fn overdue(
    documents: &Documents,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Open>, Error> {
    all(documents, overdue_query(now), limit).await
}

/// The query of [`overdue`]: which, and in what order.
pub(in crate::store) fn overdue_query(now: Timestamp) -> (Document, Document) {
    let overdue = doc! { "expiresAt": { "$lte": now.micros() } };
    (overdue, doc! { "expiresAt": 1 })
}

pub(super) async fn any_in(documents: &Documents, zone: &Zone) -> Result<bool, Error> {
    found(documents, in_zone_query(zone).0).await
}

pub(super) async fn in_zone(
    documents: &Documents,
    zone: &Zone,
    limit: u64,
) -> Result<Vec<Open>, Error> {
    all(documents, in_zone_query(zone), limit).await
}

/// The query of [`in_zone`]: which, and in what order.
pub(in crate::store) fn in_zone_query(zone: &Zone) -> (Document, Document) {
    let in_zone = doc! { "zone": zone.as_str() };
    (in_zone, doc! { "zone": 1, "_id": 1 })
}

async fn found(documents: &Documents, filter: Document) -> Result<bool, Error> {
    let found: Option<Document> = documents.find_one(SEARCHES, filter).await?;
    Ok(found.is_some())
}

async fn all(
    documents: &Documents,
    (filter, sort): (Document, Document),
    limit: u64,
) -> Result<Vec<Open>, Error> {
    let listing = Listing {
        sort,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
    };
    let found: Vec<Stored> = documents.find(SEARCHES, filter, listing).await?;
    Ok(found.into_iter().map(Open::from).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    #[serde(rename = "_id")]
    order: Uuid,
    zone: Zone,
    expires_at: i64,
    correlation_id: String,
    causation_id: Option<Uuid>,
    traceparent: Option<String>,
}

impl From<Stored> for Open {
    fn from(stored: Stored) -> Self {
        let cause = |cause| MessageId::from_uuid(uuid(cause));
        Self {
            order: OrderId::from_uuid(uuid(stored.order)),
            zone: stored.zone,
            expires_at: Timestamp::from_micros(stored.expires_at),
            cause: Cause {
                correlation_id: stored.correlation_id,
                causation_id: stored.causation_id.map(cause),
                traceparent: stored.traceparent,
            },
        }
    }
}
