//! The collection `signing_keys`.

use revcart_persistence::documents::values::doc;
use revcart_persistence::documents::{Change, Documents};
use serde::Deserialize;

use super::Error;

pub(in crate::store) const COLLECTION: &str = "signing_keys";

#[derive(Deserialize)]
struct Stored {
    value: String,
}

pub(super) async fn find(documents: &Documents, name: &str) -> Result<Option<String>, Error> {
    let found: Option<Stored> = documents.find_one(COLLECTION, doc! { "_id": name }).await?;
    Ok(found.map(|stored| stored.value))
}

pub(super) async fn keep_first(
    documents: &Documents,
    name: &str,
    value: &str,
) -> Result<(), Error> {
    let change = Change {
        filter: doc! { "_id": name },
        update: doc! { "$setOnInsert": { "value": value } },
        upsert: true,
    };
    documents.change(COLLECTION, &[change]).await.map(drop)
}
