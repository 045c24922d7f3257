//! The collection `products`.

use std::collections::BTreeMap;

use revcart_persistence::documents::values::{self, Bson, doc};
use revcart_persistence::documents::{self, Change, Documents, Listing};
use serde::Deserialize;
use shared_events::ProductId;
use uuid::Uuid;

use super::Error;
use crate::domain::tally::Label;

pub(in crate::store) const COLLECTION: &str = "products";

#[derive(Deserialize)]
struct Stored {
    #[serde(rename = "_id")]
    product: values::Uuid,
    sku: String,
    name: String,
}

pub(super) async fn label(
    documents: &Documents,
    labels: &[(ProductId, Label)],
) -> Result<(), Error> {
    let change = |(product, label): &(ProductId, Label)| Change {
        filter: doc! { "_id": documents::id(product.as_uuid()) },
        update: doc! { "$set": { "sku": &label.sku, "name": &label.name } },
        upsert: true,
    };
    let changes: Vec<Change> = labels.iter().map(change).collect();
    documents.change(COLLECTION, &changes).await.map(drop)
}

pub(super) async fn labels(
    documents: &Documents,
    products: &[ProductId],
) -> Result<BTreeMap<ProductId, Label>, Error> {
    if products.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<Bson> = products
        .iter()
        .map(|id| documents::id(id.as_uuid()))
        .collect();
    let these = doc! { "_id": { "$in": ids } };
    let found: Vec<Stored> = documents
        .find(COLLECTION, these, Listing::default())
        .await?;
    let label = |stored: Stored| {
        let product = ProductId::from_uuid(Uuid::from_bytes(stored.product.bytes()));
        let (sku, name) = (stored.sku, stored.name);
        (product, Label { sku, name })
    };
    Ok(found.into_iter().map(label).collect())
}
