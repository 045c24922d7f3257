//! The inbox as a collection.

use std::collections::HashSet;

use mongodb::bson::{Bson, Document, doc};
use shared_events::{MessageId, Timestamp};

use crate::Error;
use crate::documents::{self, Documents, Listing};

pub(crate) const COLLECTION: &str = "inbox";

/// Looks first and inserts what is not there: a key that is there already would undo the transaction. Two who claim the same
/// message at once meet on its key, and one of them runs again and finds it.
pub(super) async fn claim(
    documents: &Documents,
    ids: &[MessageId],
    now: Timestamp,
) -> Result<HashSet<MessageId>, Error> {
    let keys: Vec<Bson> = ids.iter().map(|id| documents::id(id.as_uuid())).collect();
    let filter = doc! { "_id": { "$in": keys } };
    let known: Vec<Document> = documents
        .find(COLLECTION, filter, Listing::default())
        .await?;
    let mut fresh: HashSet<MessageId> = ids.iter().copied().collect();
    for document in known {
        let key = document.get("_id").unwrap_or(&Bson::Null);
        fresh.remove(&MessageId::from_uuid(documents::id_of(COLLECTION, key)?));
    }
    let claimed =
        |id: &MessageId| doc! { "_id": documents::id(id.as_uuid()), "handledAt": now.micros() };
    let claimed: Vec<Document> = fresh.iter().map(claimed).collect();
    if !claimed.is_empty() {
        documents.claim(COLLECTION, &claimed).await?;
    }
    Ok(fresh)
}

pub(super) async fn forget_before(
    documents: &Documents,
    first_kept: MessageId,
    most: u64,
) -> Result<u64, Error> {
    let old = doc! { "_id": { "$lt": documents::id(first_kept.as_uuid()) } };
    let oldest = Listing {
        sort: doc! { "_id": 1 },
        limit: i64::try_from(most).unwrap_or(i64::MAX),
    };
    documents.delete_some(COLLECTION, old, oldest).await
}
