use http::StatusCode;
use product_service::{Config, demo};
use shared_events::ProductCreated;

use crate::shop;

#[tokio::test]
async fn the_demo_catalogue_is_seeded_once_and_announced() {
    let shop = shop::open().await;
    let config = Config::for_testing();
    for made in [100, 0] {
        let seeded = demo::seed(&config, shop.database()).await;
        assert_eq!(seeded.unwrap(), made);
    }
    let categories = shop.get("/api/categories").await;
    assert_eq!(categories.at("/items").as_array().unwrap().len(), 8);
    let products = shop.get("/api/products?limit=100").await;
    let products = products.expect(StatusCode::OK);
    let items = products.at("/items").as_array().unwrap();
    assert_eq!(items.len(), 100);
    assert!(items.iter().all(|item| item["available"] == 10_000));
    shop.settle().await;
    assert_eq!(shop.published::<ProductCreated>().len(), 100);
}
