//! The collection `product_days`.

use revcart_persistence::documents::values::{self, Document, doc};
use revcart_persistence::documents::{self, Change, Documents};
use serde::Deserialize;
use shared_events::ProductId;
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
    let stages = [
        doc! { "$match": days(best) },
        doc! { "$group": {
            "_id": "$productId",
            "views": { "$sum": "$views" },
            "carted": { "$sum": "$carted" },
            "sold": { "$sum": "$sold" },
            "revenue": { "$sum": "$revenue" },
        } },
        doc! { "$sort": order },
        doc! { "$limit": i64::from(best.limit) },
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
