use http::StatusCode;
use serde_json::json;
use shared_events::{OrderId, Service};
use std::time::Duration;

use crate::shop::{self, confirmed, line, release, reserve};

#[tokio::test]
async fn the_trace_of_an_order_tells_what_became_of_its_stock() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    let order = OrderId::new();
    let began = shop.now();
    shop.deliver(reserve(order, &[line(product, 2)])).await;
    shop.advance(Duration::from_secs(1)).await;
    shop.deliver(confirmed(order)).await;
    shop.advance(Duration::from_secs(1)).await;
    shop.deliver(release(order)).await;
    shop.advance(Duration::from_secs(1)).await;

    let path = format!("/internal/trace/{order}");
    let trace = shop.get(&path).token(shop.token_of(Service::Analytics));
    let trace = trace.await.expect(StatusCode::OK);
    let records = trace.at("/records").as_array().unwrap();
    let titles: Vec<_> = records.iter().map(|it| it["title"].as_str()).collect();
    let expected = ["stock reserved", "stock sold", "stock released"].map(Some);
    assert_eq!(titles, expected);
    let first = began + Duration::from_secs(1);
    assert_eq!(records[0]["at"], json!(first));
    assert_eq!(records[0]["service"], "product-service");
    assert_eq!(records[0]["detail"], format!("2 × {product}"));

    let unknown = format!("/internal/trace/{}", OrderId::new());
    let nothing = shop.get(&unknown).token(shop.token_of(Service::Analytics));
    assert_eq!(nothing.await.at("/records"), &json!([]));
}
