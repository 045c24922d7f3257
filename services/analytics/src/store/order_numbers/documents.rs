//! The collection `order_numbers`.

use revcart_persistence::documents::values::{self, doc};
use revcart_persistence::documents::{self, Change, Documents};
use serde::Deserialize;
use shared_events::OrderId;
use uuid::Uuid;

use super::Error;

pub(in crate::store) const COLLECTION: &str = "order_numbers";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    order_id: values::Uuid,
}

pub(super) async fn note(
    documents: &Documents,
    numbers: &[(String, OrderId)],
) -> Result<(), Error> {
    let change = |(number, order): &(String, OrderId)| Change {
        filter: doc! { "_id": number },
        update: doc! { "$set": { "orderId": documents::id(order.as_uuid()) } },
        upsert: true,
    };
    let changes: Vec<Change> = numbers.iter().map(change).collect();
    documents.change(COLLECTION, &changes).await.map(drop)
}

pub(super) async fn find(documents: &Documents, number: &str) -> Result<Option<OrderId>, Error> {
    let stored: Option<Stored> = documents
        .find_one(COLLECTION, doc! { "_id": number })
        .await?;
    Ok(stored.map(|stored| OrderId::from_uuid(Uuid::from_bytes(stored.order_id.bytes()))))
}
