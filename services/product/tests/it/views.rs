use shared_events::{ProductViewed, Service};

use crate::shop;

#[tokio::test]
async fn looking_at_a_product_is_published_with_who_looked() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    let path = format!("/api/products/{product}");
    shop.get(&path).await;
    shop.get(&path).token(&shop.customer).await;
    shop.get(&path).token(shop.token_of(Service::Cart)).await;
    shop.get("/api/products").await;
    shop.settle().await;
    let views = shop.published::<ProductViewed>();
    let users: Vec<_> = views.iter().map(|view| view.user_id).collect();
    assert_eq!(users, [None, Some(shop.customer.id)]);
    assert!(views.iter().all(|view| view.product_id == product));
}

#[tokio::test]
async fn a_storm_of_views_is_published_up_to_the_limit() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    for _ in 0..250 {
        shop.get(&format!("/api/products/{product}")).await;
    }
    shop.settle().await;
    assert_eq!(shop.published::<ProductViewed>().len(), 200);
}
