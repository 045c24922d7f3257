//! The collection `members`.

use revcart_persistence::documents::values::{self, Bson, Document, doc};
use revcart_persistence::documents::{self, Documents, Listing};
use serde::Deserialize;
use shared_events::{Timestamp, UserId};
use uuid::Uuid;

use super::Error;
use crate::domain::cohorts::Members;

pub(in crate::store) const COLLECTION: &str = "members";
/// Keys looked for in one command.
const MOST_KEYS: usize = 10_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    #[serde(rename = "_id")]
    user: values::Uuid,
    registered_at: i64,
}

pub(super) async fn insert(documents: &Documents, members: &Members) -> Result<(), Error> {
    let stored = |(user, at): (&UserId, &Timestamp)| {
        doc! { "_id": documents::id(user.as_uuid()), "registeredAt": at.micros() }
    };
    let stored: Vec<Document> = members.iter().map(stored).collect();
    documents.claim(COLLECTION, &stored).await
}

pub(super) async fn find(documents: &Documents, users: &[UserId]) -> Result<Members, Error> {
    let mut members = Members::new();
    for users in users.chunks(MOST_KEYS) {
        let ids: Vec<Bson> = users
            .iter()
            .map(|user| documents::id(user.as_uuid()))
            .collect();
        let these = doc! { "_id": { "$in": ids } };
        let found: Vec<Stored> = documents
            .find(COLLECTION, these, Listing::default())
            .await?;
        members.extend(found.into_iter().map(|stored| {
            let user = UserId::from_uuid(Uuid::from_bytes(stored.user.bytes()));
            (user, Timestamp::from_micros(stored.registered_at))
        }));
    }
    Ok(members)
}
