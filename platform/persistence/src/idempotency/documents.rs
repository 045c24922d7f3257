//! Idempotency keys as a collection.

use mongodb::bson::{Document, doc};
use shared_events::Timestamp;

use super::{Found, Key};
use crate::Error;
use crate::documents::{Documents, Listing};

pub(crate) const COLLECTION: &str = "idempotency_keys";

#[derive(serde::Deserialize)]
struct Kept {
    fingerprint: String,
    status: i32,
    body: String,
}

pub(super) async fn find(documents: &Documents, key: &Key) -> Result<Found, Error> {
    let kept: Option<Kept> = documents
        .find_one(COLLECTION, doc! { "_id": id(key) })
        .await?;
    Ok(kept.map_or(Found::Fresh, |kept| {
        Found::of(key, &kept.fingerprint, kept.status, kept.body)
    }))
}

pub(super) async fn keep(
    documents: &Documents,
    key: &Key,
    status: u16,
    body: String,
    now: Timestamp,
) -> Result<(), Error> {
    let kept = doc! {
        "_id": id(key),
        "fingerprint": &key.fingerprint,
        "status": i32::from(status),
        "body": body,
        "createdAt": now.micros(),
    };
    documents.insert(COLLECTION, &[kept]).await
}

pub(super) async fn forget_before(
    documents: &Documents,
    micros: i64,
    most: u64,
) -> Result<u64, Error> {
    let listing = Listing {
        sort: doc! { "createdAt": 1 },
        limit: i64::try_from(most).unwrap_or(i64::MAX),
    };
    documents
        .delete_some(COLLECTION, doc! { "createdAt": { "$lt": micros } }, listing)
        .await
}

fn id(key: &Key) -> Document {
    doc! { "scope": &key.scope, "key": &key.key }
}
