//! The collection `preferences`.

use revcart_persistence::documents::values::{self, Bson, doc};
use revcart_persistence::documents::{self, Change, Documents, Listing};
use serde::Deserialize;
use shared_events::{Timestamp, UserId};
use uuid::Uuid;

use super::{Error, read};
use crate::domain::Preferences;

pub(in crate::store) const COLLECTION: &str = "preferences";

#[derive(Deserialize)]
struct Stored {
    #[serde(rename = "_id")]
    user_id: values::Uuid,
    choices: String,
}

pub(super) async fn find(
    documents: &Documents,
    users: &[UserId],
) -> Result<Vec<(UserId, Preferences)>, Error> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Bson> = users.iter().map(|id| documents::id(id.as_uuid())).collect();
    let these = doc! { "_id": { "$in": ids } };
    let found: Vec<Stored> = documents
        .find(COLLECTION, these, Listing::default())
        .await?;
    let decided = |stored: Stored| {
        let user = UserId::from_uuid(Uuid::from_bytes(stored.user_id.bytes()));
        (user, read(&stored.choices))
    };
    Ok(found.into_iter().map(decided).collect())
}

pub(super) async fn keep(
    documents: &Documents,
    user: UserId,
    choices: String,
    now: Timestamp,
) -> Result<(), Error> {
    let change = Change {
        filter: doc! { "_id": documents::id(user.as_uuid()) },
        update: doc! { "$set": { "choices": choices, "changedAt": now.micros() } },
        upsert: true,
    };
    documents.change(COLLECTION, &[change]).await.map(drop)
}
