//! The collection `known_orders`.

use revcart_persistence::documents::values::{self, Bson, doc};
use revcart_persistence::documents::{self, Change, Documents, Listing};
use serde::{Deserialize, Serialize};
use shared_events::{OrderId, UserId};
use uuid::Uuid;

use super::Error;
use crate::domain::KnownOrder;

pub(in crate::store) const COLLECTION: &str = "known_orders";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    #[serde(rename = "_id")]
    order_id: values::Uuid,
    number: String,
    user_id: Option<values::Uuid>,
    email: Option<String>,
    name: String,
}

pub(super) async fn find(documents: &Documents, ids: &[OrderId]) -> Result<Vec<KnownOrder>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Bson> = ids.iter().map(|id| documents::id(id.as_uuid())).collect();
    let these = doc! { "_id": { "$in": ids } };
    let found: Vec<Stored> = documents
        .find(COLLECTION, these, Listing::default())
        .await?;
    Ok(found.into_iter().map(KnownOrder::from).collect())
}

/// What is known already stays as it is.
pub(super) async fn keep(documents: &Documents, orders: &[KnownOrder]) -> Result<(), Error> {
    let mut changes = Vec::with_capacity(orders.len());
    for order in orders {
        let mut stored = documents::document(COLLECTION, &Stored::from(order))?;
        // The filter says it.
        stored.remove("_id");
        changes.push(Change {
            filter: doc! { "_id": documents::id(order.order_id.as_uuid()) },
            update: doc! { "$setOnInsert": stored },
            upsert: true,
        });
    }
    documents.change(COLLECTION, &changes).await.map(drop)
}

impl From<&KnownOrder> for Stored {
    fn from(order: &KnownOrder) -> Self {
        let stored = |id: Uuid| values::Uuid::from_bytes(id.into_bytes());
        Self {
            order_id: stored(order.order_id.as_uuid()),
            number: order.number.clone(),
            user_id: order.user_id.map(|user| stored(user.as_uuid())),
            email: order.email.clone(),
            name: order.name.clone(),
        }
    }
}

impl From<Stored> for KnownOrder {
    fn from(stored: Stored) -> Self {
        let id = |stored: values::Uuid| Uuid::from_bytes(stored.bytes());
        Self {
            order_id: OrderId::from_uuid(id(stored.order_id)),
            number: stored.number,
            user_id: stored.user_id.map(|user| UserId::from_uuid(id(user))),
            email: stored.email,
            name: stored.name,
        }
    }
}
