//! The collection `cart_moments`.

use revcart_persistence::documents::values::{self, Bson, Document, doc};
use revcart_persistence::documents::{self, Change, Documents, Listing};
use serde::Deserialize;
use shared_events::{CartId, Money, Timestamp};
use uuid::Uuid;

use super::Error;
use crate::domain::carts::{CartMoment, Fate};

pub(in crate::store) const COLLECTION: &str = "cart_moments";
/// Carts looked for in one command.
const MOST_CARTS: usize = 10_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    cart_id: values::Uuid,
    at: i64,
    fate: String,
    currency: String,
    minor: i64,
}

pub(super) async fn note(documents: &Documents, moments: &[CartMoment]) -> Result<(), Error> {
    if moments.is_empty() {
        return Ok(());
    }
    let change = |moment: &CartMoment| {
        let (at, fate) = (moment.at.micros(), moment.fate.name());
        Change {
            filter: doc! { "_id": format!("{}/{at}/{fate}", moment.cart) },
            update: doc! { "$setOnInsert": {
                "cartId": documents::id(moment.cart.as_uuid()),
                "at": at,
                "fate": fate,
                "currency": moment.amount.currency().code(),
                "minor": moment.amount.minor(),
            } },
            upsert: true,
        }
    };
    let changes: Vec<Change> = moments.iter().map(change).collect();
    documents.change(COLLECTION, &changes).await.map(drop)
}

pub(super) async fn find(
    documents: &Documents,
    carts: &[CartId],
) -> Result<Vec<CartMoment>, Error> {
    let mut moments = Vec::new();
    for carts in carts.chunks(MOST_CARTS) {
        let found: Vec<Stored> = documents
            .find(COLLECTION, of_carts(carts), Listing::default())
            .await?;
        moments.extend(found.into_iter().filter_map(moment));
    }
    Ok(moments)
}

pub(in crate::store) fn of_carts(carts: &[CartId]) -> Document {
    let ids: Vec<Bson> = carts
        .iter()
        .map(|cart| documents::id(cart.as_uuid()))
        .collect();
    doc! { "cartId": { "$in": ids } }
}

fn moment(stored: Stored) -> Option<CartMoment> {
    Some(CartMoment {
        cart: CartId::from_uuid(Uuid::from_bytes(stored.cart_id.bytes())),
        at: Timestamp::from_micros(stored.at),
        fate: Fate::find(&stored.fate)?,
        amount: Money::from_minor(stored.minor, stored.currency.parse().ok()?),
    })
}

pub(super) async fn clear(
    documents: &Documents,
    from: Timestamp,
    until: Timestamp,
) -> Result<(), Error> {
    let these = doc! { "at": { "$gte": from.micros(), "$lt": until.micros() } };
    documents.delete(COLLECTION, these).await.map(drop)
}

pub(super) async fn forget(
    documents: &Documents,
    before: Timestamp,
    most: u32,
) -> Result<u64, Error> {
    let oldest = Listing {
        sort: doc! { "at": 1 },
        limit: i64::from(most),
    };
    documents.delete_some(COLLECTION, old(before), oldest).await
}

pub(in crate::store) fn old(before: Timestamp) -> Document {
    doc! { "at": { "$lt": before.micros() } }
}
