use http::StatusCode;
use revcart_testkit::{Reply, TestService};
use serde_json::json;
use shared_events::{OrderId, ProductId, StockLevelLow};

use crate::shop::{self, confirmed, create, draft, figures, line, product_id, reserve};

async fn adjust(shop: &TestService, product: ProductId, quantity: i64) -> Reply {
    let body = json!({ "productId": product, "quantity": quantity, "reason": "counted" });
    let call = shop.post("/api/inventory/adjustments").token(&shop.admin);
    call.json(&body).await
}

async fn inventory(shop: &TestService, product: ProductId) -> Reply {
    let call = shop.get(&format!("/api/inventory/{product}"));
    call.token(&shop.admin).await.expect(StatusCode::OK)
}

#[tokio::test]
async fn an_adjustment_changes_what_is_on_hand_and_what_was_supplied() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 10).await;
    let more = adjust(&shop, product, 5).await.expect(StatusCode::CREATED);
    assert_eq!(more.at("/onHand"), 15);
    assert_eq!(more.at("/supplied"), 15);
    adjust(&shop, product, -15)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(figures(&shop, product).await, [0, 0, 0, 0]);
}

#[tokio::test]
async fn an_adjustment_never_goes_below_what_is_reserved() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 10).await;
    shop.deliver(reserve(OrderId::new(), &[line(product, 8)]))
        .await;
    shop.settle().await;
    let refused = adjust(&shop, product, -3).await;
    refused.expect_problem(StatusCode::CONFLICT, "BELOW_RESERVED");
    assert_eq!(figures(&shop, product).await, [10, 8, 2, 0]);
    adjust(&shop, product, -2).await.expect(StatusCode::CREATED);
    assert_eq!(figures(&shop, product).await, [8, 8, 0, 0]);
}

#[tokio::test]
async fn the_ledger_tells_what_came_and_went_the_latest_first() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 10).await;
    let order = OrderId::new();
    shop.deliver(reserve(order, &[line(product, 4)])).await;
    shop.deliver(confirmed(order)).await;
    shop.settle().await;
    adjust(&shop, product, 2).await.expect(StatusCode::CREATED);
    shop.deliver(shop::release(order)).await;
    shop.settle().await;

    let path = format!("/api/inventory/{product}/movements");
    let first = shop.get(&format!("{path}?limit=3")).token(&shop.admin);
    let first = first.await.expect(StatusCode::OK);
    let next = first.at("/next").as_str().unwrap();
    let rest = shop
        .get(&format!("{path}?cursor={next}"))
        .token(&shop.admin);
    let rest = rest.await;
    let lines: Vec<_> = [&first, &rest]
        .iter()
        .flat_map(|page| page.at("/items").as_array().unwrap())
        .map(|it| {
            (
                it["kind"].as_str().unwrap(),
                it["quantity"].as_i64(),
                it["onHand"].as_i64(),
            )
        })
        .collect();
    let expected = [
        ("RETURN", Some(4), Some(12)),
        ("ADJUSTMENT", Some(2), Some(8)),
        ("SALE", Some(-4), Some(6)),
        ("OPENING", Some(10), Some(10)),
    ];
    assert_eq!(lines, expected);
    assert_eq!(first.at("/items/0/orderId"), &json!(order));
    assert_eq!(first.at("/items/1/reason"), "counted");
    let actor = format!("user:{}", shop.admin.id);
    assert_eq!(first.at("/items/1/actor"), actor.as_str());
}

#[tokio::test]
async fn falling_to_the_threshold_warns_once_and_proposes_a_reorder() {
    let shop = shop::open().await;
    let mut scarce = draft("SCARCE", 12);
    scarce["lowStockThreshold"] = json!(10);
    let product = product_id(&create(&shop, &scarce).await);
    assert_eq!(inventory(&shop, product).await.at("/low"), false);

    for units in [1, 1, 1] {
        shop.deliver(reserve(OrderId::new(), &[line(product, units)]))
            .await;
    }
    shop.settle().await;
    let warning = shop.published_once::<StockLevelLow>();
    let expected = StockLevelLow {
        product_id: product,
        sku: "SCARCE".to_owned(),
        available: 9,
        threshold: 10,
    };
    assert_eq!(warning, expected);

    let low = inventory(&shop, product).await;
    assert_eq!(low.at("/low"), true);
    assert_eq!(low.at("/reorder/quantity"), 41);
    let refilled = adjust(&shop, product, 40).await;
    assert_eq!(refilled.at("/low"), false);
    assert_eq!(refilled.at("/reorder"), &serde_json::Value::Null);
}

#[tokio::test]
async fn a_threshold_can_be_set_to_where_the_stock_already_is() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    let change = json!({ "lowStockThreshold": 5, "version": 1 });
    let path = format!("/api/products/{product}");
    let changed = shop.put(&path).token(&shop.admin).json(&change).await;
    assert_eq!(changed.expect(StatusCode::OK).at("/version"), 1);
    let inventory = inventory(&shop, product).await;
    assert_eq!(inventory.at("/lowStockThreshold"), 5);
    assert_eq!(inventory.at("/low"), true);
}

#[tokio::test]
async fn there_is_no_inventory_of_what_does_not_exist() {
    let shop = shop::open().await;
    let product = ProductId::new();
    for what in ["", "/movements"] {
        let path = format!("/api/inventory/{product}{what}");
        let shown = shop.get(&path).token(&shop.admin).await;
        shown.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    let adjusted = adjust(&shop, product, 1).await;
    adjusted.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn what_is_low_is_listed() {
    let shop = shop::open().await;
    let plenty = shop::stocked(&shop, 10).await;
    let mut none = draft("NONE", 0);
    none["lowStockThreshold"] = json!(0);
    let none = product_id(&create(&shop, &none).await);
    let low = async || {
        let page = shop.get("/api/inventory/low?limit=1").token(&shop.admin);
        page.await.expect(StatusCode::OK)
    };
    let first = low().await;
    assert_eq!(first.at("/items/0/productId"), &json!(none));
    assert_eq!(first.at("/next"), &serde_json::Value::Null);
    shop.deliver(reserve(OrderId::new(), &[line(plenty, 10)]))
        .await;
    shop.settle().await;
    let first = low().await;
    assert_eq!(first.at("/items/0/productId"), &json!(plenty));
    let next = first.at("/next").as_str().unwrap();
    let rest = shop.get(&format!("/api/inventory/low?cursor={next}"));
    let rest = rest.token(&shop.admin).await;
    assert_eq!(rest.at("/items/0/sku"), "NONE");
}

#[tokio::test]
async fn a_ledger_is_asked_for_a_kind_and_a_time() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 10).await;
    let hour = std::time::Duration::from_secs(3600);
    let mut times = Vec::new();
    for units in 1..=4 {
        shop.advance(hour).await;
        times.push(shop.now());
        adjust(&shop, product, units)
            .await
            .expect(StatusCode::CREATED);
    }
    let units = async |query: &str| -> Vec<i64> {
        let path = format!("/api/inventory/{product}/movements?{query}");
        let page = shop
            .get(&path)
            .token(&shop.admin)
            .await
            .expect(StatusCode::OK);
        let items = page.at("/items").as_array().unwrap().iter();
        items.map(|it| it["quantity"].as_i64().unwrap()).collect()
    };
    assert_eq!(units("kind=OPENING").await, [10]);
    assert_eq!(units("kind=ADJUSTMENT&limit=2").await, [4, 3]);
    let (second, fourth) = (times[1], times[3]);
    assert_eq!(units(&format!("from={second}&to={fourth}")).await, [3, 2]);
    assert_eq!(units(&format!("from={fourth}")).await, [4]);
    assert_eq!(units(&format!("to={second}&kind=ADJUSTMENT")).await, [1]);
    assert_eq!(units("kind=SALE").await, [0_i64; 0]);
}
