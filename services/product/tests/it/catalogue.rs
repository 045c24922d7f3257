use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use shared_events::{
    CategoryId, ProductCreated, ProductDeleted, ProductId, ProductPriceChanged, ProductUpdated,
};

use crate::shop::{self, create, draft, product_id};

#[tokio::test]
async fn a_product_is_shown_as_it_was_created_and_announced() {
    let shop = shop::open().await;
    let created = create(&shop, &draft("KET-1", 7)).await;
    assert_eq!(created.at("/available"), 7);
    assert_eq!(created.at("/version"), 1);
    assert_eq!(created.at("/imageUrls"), &json!([]));
    let id = product_id(&created);

    let shown = shop.get(&format!("/api/products/{id}")).await;
    assert_eq!(shown.expect(StatusCode::OK).json, created.json);

    shop.settle().await;
    let event = shop.published_once::<ProductCreated>();
    assert_eq!(
        (event.product_id, event.available, event.aggregate_version),
        (id, 7, 1)
    );
    assert_eq!(event.price.minor(), 19_900);
}

#[tokio::test]
async fn a_sku_is_taken_once() {
    let shop = shop::open().await;
    create(&shop, &draft("KET-1", 7)).await;
    let again = shop.post("/api/products").token(&shop.admin);
    let again = again.json(&draft("KET-1", 1)).await;
    again.expect_problem(StatusCode::CONFLICT, "SKU_TAKEN");
    let second = create(&shop, &draft("KET-2", 1)).await;
    let rename = shop
        .put(&format!("/api/products/{}", product_id(&second)))
        .token(&shop.admin)
        .json(&json!({ "sku": "KET-1", "version": 1 }));
    rename
        .await
        .expect_problem(StatusCode::CONFLICT, "SKU_TAKEN");
}

#[tokio::test]
async fn a_category_that_does_not_exist_is_refused() {
    let shop = shop::open().await;
    let mut draft = draft("KET-1", 7);
    draft["categoryId"] = json!(CategoryId::new());
    let call = shop.post("/api/products").token(&shop.admin).json(&draft);
    let reply = call.await;
    let reply = reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    assert_eq!(reply.at("/errors/0/field"), "categoryId");
}

#[tokio::test]
async fn a_change_shows_at_once_and_says_what_is_different() {
    let shop = shop::open().await;
    let id = product_id(&create(&shop, &draft("KET-1", 7)).await);
    let path = format!("/api/products/{id}");
    shop.get(&path).await.expect(StatusCode::OK);
    let change = json!({
        "name": "Kettle",
        "price": { "amount": "149.50", "currency": "INR" },
        "version": 1,
    });
    let changed = shop.put(&path).token(&shop.admin).json(&change).await;
    assert_eq!(changed.expect(StatusCode::OK).at("/version"), 2);

    let shown = shop.get(&path).await;
    assert_eq!(shown.at("/name"), "Kettle");
    assert_eq!(shown.at("/price/amount"), "149.50");
    let listed = shop.get("/api/products").await;
    assert_eq!(listed.at("/items/0/name"), "Kettle");

    shop.settle().await;
    let updated = shop.published_once::<ProductUpdated>();
    assert_eq!(updated.changed_fields, ["name"]);
    let priced = shop.published_once::<ProductPriceChanged>();
    assert_eq!(
        (
            priced.old_price.minor(),
            priced.new_price.minor(),
            priced.aggregate_version
        ),
        (19_900, 14_950, 2)
    );
}

#[tokio::test]
async fn a_change_based_on_an_old_version_is_refused() {
    let shop = shop::open().await;
    let id = product_id(&create(&shop, &draft("KET-1", 7)).await);
    let path = format!("/api/products/{id}");
    let change = |name: &str| json!({ "name": name, "version": 1 });
    let first = shop.put(&path).token(&shop.admin).json(&change("Kettle"));
    first.await.expect(StatusCode::OK);
    let second = shop.put(&path).token(&shop.admin).json(&change("Pot"));
    let refused = second.await;
    refused.expect_problem(StatusCode::CONFLICT, "VERSION_CONFLICT");
    assert_eq!(shop.get(&path).await.at("/name"), "Kettle");
}

#[tokio::test]
async fn a_deleted_product_is_gone_from_the_shop_and_its_stock_takes_no_orders() {
    let shop = shop::open().await;
    let id = product_id(&create(&shop, &draft("KET-1", 7)).await);
    let path = format!("/api/products/{id}");
    shop.get(&path).await.expect(StatusCode::OK);
    let delete = || shop.delete(&path).token(&shop.admin);
    delete().await.expect(StatusCode::NO_CONTENT);
    delete()
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");

    for gone in [path.clone(), format!("{path}/stock")] {
        let reply = shop.get(&gone).await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    assert_eq!(shop.get("/api/products").await.at("/items"), &json!([]));
    let inventory = shop.get(&format!("/api/inventory/{id}")).token(&shop.admin);
    assert_eq!(inventory.await.at("/forSale"), false);

    shop.settle().await;
    let event = shop.published_once::<ProductDeleted>();
    assert_eq!((event.product_id, event.aggregate_version), (id, 2));
}

#[tokio::test]
async fn the_list_is_walked_page_by_page_without_gaps_or_repeats() {
    let shop = shop::open().await;
    let mut created = Vec::new();
    for number in 0..7 {
        created.push(product_id(
            &create(&shop, &draft(&format!("P-{number}"), 1)).await,
        ));
    }
    let mut seen = Vec::new();
    let mut path = "/api/products?limit=3".to_owned();
    loop {
        let page = shop.get(&path).await.expect(StatusCode::OK);
        let items = page.at("/items").as_array().unwrap().clone();
        let id = |item: &serde_json::Value| item["productId"].as_str().unwrap().parse().unwrap();
        seen.extend(items.iter().map(id).collect::<Vec<ProductId>>());
        let Some(next) = page.at("/next").as_str() else {
            break;
        };
        path = format!("/api/products?limit=3&cursor={next}");
    }
    assert_eq!(seen, created);
}

#[tokio::test]
async fn a_batch_answers_what_it_knows_in_the_order_asked() {
    let shop = shop::open().await;
    let first = product_id(&create(&shop, &draft("P-1", 5)).await);
    let second = product_id(&create(&shop, &draft("P-2", 6)).await);
    let unknown = ProductId::new();
    for _ in 0..2 {
        let path = format!("/api/products/batch?ids={second},{unknown},{first}");
        let batch = shop.get(&path).await.expect(StatusCode::OK);
        assert_eq!(batch.at("/items").as_array().unwrap().len(), 2);
        assert_eq!(batch.at("/items/0/productId"), &json!(second));
        assert_eq!(batch.at("/items/1/productId"), &json!(first));
        assert_eq!(batch.at("/items/1/available"), 5);
        assert_eq!(batch.at("/items/1/price/amount"), "199.00");
    }
}

#[tokio::test]
async fn what_is_shown_from_memory_follows_the_stock() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 9).await;
    let available = async || {
        let list = shop.get("/api/products").await;
        let batch = shop.get(&format!("/api/products/batch?ids={product}"));
        let shown = shop.get(&format!("/api/products/{product}")).await;
        [
            list.at("/items/0/available").as_i64(),
            batch.await.at("/items/0/available").as_i64(),
            shown.at("/available").as_i64(),
        ]
    };
    assert_eq!(available().await, [Some(9); 3]);
    let order = shared_events::OrderId::new();
    let lines = [shop::line(product, 4)];
    shop.deliver(shop::reserve(order, &lines)).await;
    shop.settle().await;
    assert_eq!(available().await, [Some(5); 3]);
    shop.deliver(shop::release(order)).await;
    shop.settle().await;
    assert_eq!(available().await, [Some(9); 3]);
}

#[tokio::test]
async fn what_another_replica_has_changed_shows_after_a_moment() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 9).await;
    let name = async || {
        let list = shop.get("/api/products").await;
        let shown = shop.get(&format!("/api/products/{product}")).await;
        [list.at("/items/0/name").clone(), shown.at("/name").clone()]
    };
    let before = name().await;
    let elsewhere = "UPDATE products SET name = 'Elsewhere', version = 2";
    shop::execute(&shop, elsewhere).await.unwrap();
    assert_eq!(name().await, before);
    shop.advance(Duration::from_secs(1)).await;
    assert_eq!(name().await, ["Elsewhere", "Elsewhere"]);
}
