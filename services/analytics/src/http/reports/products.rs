//! Products that anything happened to, the best first.

use revcart_http_edge::Answer;

use super::{Cell, Table};
use crate::app::App;
use crate::domain::period::Period;
use crate::http::answers::top_products;
use crate::store::product_days::Rank;

/// The most rows; who sells more looks at days one by one.
const MOST: u64 = 10_000;

const COLUMNS: &[&str] = &[
    "productId",
    "sku",
    "name",
    "views",
    "unitsCarted",
    "unitsSold",
    "currency",
    "revenue",
];

pub(in crate::http) async fn table(app: &App, period: &Period) -> Answer<Table> {
    let top = top_products(app, period, Rank::Revenue, MOST).await?;
    let row = |product: crate::http::answers::TopProduct| {
        vec![
            Cell::Text(product.product_id.to_string()),
            Cell::Text(product.sku.unwrap_or_default()),
            Cell::Text(product.name.unwrap_or_default()),
            Cell::Count(product.views),
            Cell::Count(product.units_carted),
            Cell::Count(product.units_sold),
            Cell::Text(product.revenue.currency().to_string()),
            Cell::Amount(product.revenue),
        ]
    };
    Ok(Table::new(COLUMNS, top.into_iter().map(row).collect()))
}
