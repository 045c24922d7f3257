use std::time::Duration;

use serde_json::Value;
use shared_events::{ProductCreated, ProductId, UserId};

use crate::shop::{self, Order, ask, carted, money, rupees, viewed};

fn ids(reply: &revcart_testkit::Reply) -> Vec<String> {
    let items = reply.at("/items").as_array().unwrap();
    let id = |item: &Value| item["productId"].as_str().unwrap().to_owned();
    items.iter().map(id).collect()
}

#[tokio::test]
async fn the_best_products_are_ranked_by_revenue_units_or_views() {
    let shop = shop::open().await;
    let (dear, popular, looked_at) = (ProductId::new(), ProductId::new(), ProductId::new());
    for (product, units, total) in [(dear, 1, 50_000), (popular, 9, 9_000)] {
        let order = Order::of(product, units, rupees(total));
        shop.deliver(order.placed()).await;
        shop.deliver(order.confirmed()).await;
    }
    for _ in 0..3 {
        shop.deliver(viewed(looked_at, None)).await;
    }
    shop.deliver(carted(looked_at, 4, UserId::new())).await;
    shop.settle().await;
    let rank = async |by: &str| ids(&ask(&shop, &format!("/api/analytics/products/top{by}")).await);
    let name =
        |products: &[ProductId]| products.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(rank("").await, name(&[dear, popular, looked_at]));
    assert_eq!(rank("?by=units").await, name(&[popular, dear, looked_at]));
    assert_eq!(rank("?by=views&limit=1").await, name(&[looked_at]));
    let top = ask(&shop, "/api/analytics/products/top").await;
    assert_eq!(top.at("/items/1/unitsSold"), 9);
    assert_eq!(top.at("/items/1/revenue"), &money("90.00", "INR"));
    assert_eq!(top.at("/items/1/sku"), "KET-1");
    assert_eq!(top.at("/items/2/unitsCarted"), 4);
    assert!(top.at("/items/2/name").is_null());
}

#[tokio::test]
async fn the_best_products_come_by_pages_also_where_they_are_alike() {
    let shop = shop::open().await;
    for units in [1, 1, 1, 2, 2, 5] {
        let order = Order::of(ProductId::new(), units, rupees(i64::from(units) * 100));
        shop.deliver(order.confirmed()).await;
    }
    shop.settle().await;
    for by in ["units", "revenue", "views"] {
        let path = format!("/api/analytics/products/top?by={by}");
        let all = ids(&ask(&shop, &path).await);
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = ask(&shop, &format!("{path}&limit=2{cursor}")).await;
            paged.extend(ids(&page));
            let Some(next) = page.at("/next").as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(all.len(), 6);
        assert_eq!(paged, all, "by {by}");
    }
    let bad = shop
        .get("/api/analytics/products/top?cursor=seven")
        .token(&shop.admin)
        .await;
    bad.expect_problem(http::StatusCode::BAD_REQUEST, "BAD_CURSOR");
}

#[tokio::test]
async fn sales_count_for_their_day_only() {
    let shop = shop::open().await;
    let product = ProductId::new();
    let sell = async || {
        let order = Order::of(product, 1, rupees(10_000));
        shop.deliver(order.confirmed()).await;
        shop.settle().await;
    };
    sell().await;
    shop.advance(Duration::from_secs(86_400)).await;
    sell().await;
    sell().await;
    let sold = async |period: &str| {
        let path = format!("/api/analytics/products/top?{period}");
        ask(&shop, &path).await.at("/items/0/unitsSold").as_i64()
    };
    assert_eq!(sold("from=2026-01-05").await, Some(3));
    assert_eq!(sold("from=2026-01-05&to=2026-01-06").await, Some(1));
    assert_eq!(sold("from=2026-01-06").await, Some(2));
    assert_eq!(sold("from=2026-01-01&to=2026-01-05").await, None);
}

#[tokio::test]
async fn a_product_is_shown_by_its_latest_name() {
    let shop = shop::open().await;
    let product_id = ProductId::new();
    shop.deliver(ProductCreated {
        product_id,
        sku: "POT-1".to_owned(),
        name: "Pot".to_owned(),
        category_id: None,
        price: rupees(100),
        available: 1,
        aggregate_version: 1,
    })
    .await;
    shop.deliver(viewed(product_id, None)).await;
    shop.settle().await;
    let name = async || {
        let top = ask(&shop, "/api/analytics/products/top").await;
        top.at("/items/0/name").as_str().map(str::to_owned)
    };
    assert_eq!(name().await.as_deref(), Some("Pot"));
    let order = Order::of(product_id, 1, rupees(100));
    for _ in 0..2 {
        shop.deliver(order.confirmed()).await;
        shop.settle().await;
        assert_eq!(name().await.as_deref(), Some("=Kettle"));
    }
}
