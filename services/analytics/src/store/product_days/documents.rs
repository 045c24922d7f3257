//! The collection `product_days`.

use revcart_persistence::documents::values::{self, Document, doc};
use revcart_persistence::documents::{self, Change, Documents, Listing};
use serde::Deserialize;
use shared_events::{ProductId, Timestamp};
use uuid::Uuid;

use super::{Best, Error, Rank};
use crate::domain::tally::{Sales, Shelf};

pub(in crate::store) const COLLECTION: &str = "product_days";

/// The sums of one product.
#[derive(Deserialize)]
struct Summed {
    #[serde(rename = "_id")]
    product: values::Uuid,
    views: i64,
    carted: i64,
    sold: i64,
    revenue: i64,
}

pub(super) async fn add(documents: &Documents, shelves: &[(Shelf, Sales)]) -> Result<(), Error> {
    let change = |(shelf, sales): &(Shelf, Sales)| {
        let (day, currency) = (shelf.day.micros(), shelf.currency.code());
        Change {
            filter: doc! { "_id": format!("{day}/{currency}/{}", shelf.product) },
            update: doc! {
                "$inc": {
                    "views": sales.views,
                    "carted": sales.carted,
                    "sold": sales.sold,
                    "revenue": sales.revenue,
                },
                "$setOnInsert": {
                    "day": day,
                    "currency": currency,
                    "productId": documents::id(shelf.product.as_uuid()),
                },
            },
            upsert: true,
        }
    };
    let changes: Vec<Change> = shelves.iter().map(change).collect();
    documents.change(COLLECTION, &changes).await.map(drop)
}

pub(super) async fn top(
    documents: &Documents,
    best: &Best,
) -> Result<Vec<(ProductId, Sales)>, Error> {
    let by = match best.rank {
        Rank::Revenue => "revenue",
        Rank::Units => "sold",
        Rank::Views => "views",
    };
    let mut order = Document::new();
    order.insert(by, -1);
    order.insert("_id", 1);
    let mut behind = Document::new();
    if let Some((figure, product)) = best.after {
        let mut lower = Document::new();
        lower.insert(by, doc! { "$lt": figure });
        let mut next = Document::new();
        next.insert(by, figure);
        next.insert("_id", doc! { "$gt": documents::id(product.as_uuid()) });
        behind.insert("$or", vec![lower, next]);
    }
    let stages = [
        doc! { "$match": days(best) },
        doc! { "$group": {
            "_id": "$productId",
            "views": { "$sum": "$views" },
            "carted": { "$sum": "$carted" },
            "sold": { "$sum": "$sold" },
            "revenue": { "$sum": "$revenue" },
        } },
        doc! { "$match": behind },
        doc! { "$sort": order },
        doc! { "$limit": i64::try_from(best.limit).unwrap_or(i64::MAX) },
    ];
    let found: Vec<Summed> = documents.aggregate(COLLECTION, stages).await?;
    let sales = |summed: Summed| {
        let product = ProductId::from_uuid(Uuid::from_bytes(summed.product.bytes()));
        let sales = Sales {
            views: summed.views,
            carted: summed.carted,
            sold: summed.sold,
            revenue: summed.revenue,
        };
        (product, sales)
    };
    Ok(found.into_iter().map(sales).collect())
}

pub(in crate::store) fn days(best: &Best) -> Document {
    let (from, until) = (best.period.from().micros(), best.period.until().micros());
    doc! { "currency": best.currency.code(), "day": { "$gte": from, "$lt": until } }
}

pub(super) async fn of_day(
    documents: &Documents,
    day: Timestamp,
) -> Result<Vec<(Shelf, Sales)>, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Stored {
        product_id: values::Uuid,
        currency: String,
        views: i64,
        carted: i64,
        sold: i64,
        revenue: i64,
    }
    let found: Vec<Stored> = documents
        .find(COLLECTION, day_filter(day), Listing::default())
        .await?;
    let shelf = |stored: Stored| {
        let shelf = Shelf {
            day,
            product: ProductId::from_uuid(Uuid::from_bytes(stored.product_id.bytes())),
            currency: stored.currency.parse().ok()?,
        };
        let sales = Sales {
            views: stored.views,
            carted: stored.carted,
            sold: stored.sold,
            revenue: stored.revenue,
        };
        Some((shelf, sales))
    };
    Ok(found.into_iter().filter_map(shelf).collect())
}

pub(in crate::store) fn day_filter(day: Timestamp) -> Document {
    doc! { "day": day.micros() }
}

pub(super) async fn clear(documents: &Documents, day: Timestamp) -> Result<(), Error> {
    documents
        .delete(COLLECTION, day_filter(day))
        .await
        .map(drop)
}
