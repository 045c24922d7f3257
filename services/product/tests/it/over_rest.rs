use std::time::Duration;

use http::StatusCode;
use revcart_testkit::{Reply, TestService};
use serde_json::{Value, json};
use shared_events::{OrderId, ProductId, ReservationId, Service, StockReserved};

use crate::shop::{self, confirmed, figures, line, reserve};

async fn put(shop: &TestService, what: &str, body: &Value) -> Reply {
    let call = shop.put(&format!("/api/products/stock/{what}"));
    call.token(shop.token_of(Service::Order)).json(body).await
}

fn wish(product: ProductId, quantity: u32) -> Value {
    json!({ "lines": [{ "productId": product, "quantity": quantity }] })
}

fn wish_for(order: OrderId, product: ProductId, quantity: u32) -> Value {
    json!({ "orderId": order, "lines": [{ "productId": product, "quantity": quantity }] })
}

#[tokio::test]
async fn stock_is_held_for_a_caller_and_given_back() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    let held = put(&shop, "reserve", &wish(product, 2)).await;
    let held = held.expect(StatusCode::OK);
    assert_eq!(figures(&shop, product).await, [5, 2, 3, 0]);
    let which = json!({ "reservationId": held.at("/reservationId") });
    for _ in 0..2 {
        let given_back = put(&shop, "release", &which).await;
        given_back.expect(StatusCode::NO_CONTENT);
        assert_eq!(figures(&shop, product).await, [5, 0, 5, 0]);
    }
    shop.settle().await;
    assert_eq!(shop.published::<StockReserved>(), [], "nobody's saga asked");
}

#[tokio::test]
async fn a_callers_stock_comes_back_by_itself_in_time() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    let mut soon = wish(product, 2);
    soon["expiresInSeconds"] = json!(60);
    let held = put(&shop, "reserve", &soon).await;
    let expires_at = shop.now() + Duration::from_secs(60);
    assert_eq!(held.at("/expiresAt"), &json!(expires_at));
    put(&shop, "reserve", &wish(product, 1)).await;
    shop.advance(Duration::from_secs(59)).await;
    assert_eq!(figures(&shop, product).await, [5, 3, 2, 0]);
    shop.advance(Duration::from_secs(1)).await;
    assert_eq!(figures(&shop, product).await, [5, 1, 4, 0]);
    shop.advance(Duration::from_secs(15 * 60)).await;
    assert_eq!(figures(&shop, product).await, [5, 0, 5, 0]);
}

#[tokio::test]
async fn asking_again_for_an_order_replaces_and_prolongs() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    let order = OrderId::new();
    let first = put(&shop, "reserve", &wish_for(order, product, 2)).await;
    shop.advance(Duration::from_secs(600)).await;
    let second = put(&shop, "reserve", &wish_for(order, product, 5)).await;
    let second = second.expect(StatusCode::OK);
    assert_eq!(first.at("/reservationId"), second.at("/reservationId"));
    shop.advance(Duration::from_secs(600)).await;
    assert_eq!(figures(&shop, product).await, [5, 5, 0, 0]);
}

#[tokio::test]
async fn too_much_is_refused_with_what_is_missing() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 1).await;
    let refused = put(&shop, "reserve", &wish(product, 2)).await;
    let refused = refused.expect_problem(StatusCode::CONFLICT, "OUT_OF_STOCK");
    let missing = json!([{ "productId": product, "requested": 2, "available": 1 }]);
    assert_eq!(refused.at("/shortages"), &missing);
}

#[tokio::test]
async fn an_order_that_a_saga_owns_is_refused() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    let order = OrderId::new();
    shop.deliver(reserve(order, &[line(product, 1)])).await;
    shop.settle().await;
    let which = json!({ "orderId": order });
    for _ in 0..2 {
        let more = put(&shop, "reserve", &wish_for(order, product, 2)).await;
        more.expect_problem(StatusCode::CONFLICT, "OWNED_BY_SAGA");
        let release = put(&shop, "release", &which).await;
        release.expect_problem(StatusCode::CONFLICT, "OWNED_BY_SAGA");
        shop.deliver(confirmed(order)).await;
        shop.settle().await;
    }
    assert_eq!(figures(&shop, product).await, [4, 0, 4, 1]);
}

#[tokio::test]
async fn a_saga_takes_over_what_was_held_for_its_order() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 2).await;
    let order = OrderId::new();
    put(&shop, "reserve", &wish_for(order, product, 2))
        .await
        .expect(StatusCode::OK);
    shop.deliver(reserve(order, &[line(product, 2)])).await;
    shop.settle().await;
    shop.published_once::<StockReserved>();
    shop.advance(Duration::from_secs(3600)).await;
    assert_eq!(figures(&shop, product).await, [2, 2, 0, 0]);
}

#[tokio::test]
async fn a_reservation_is_named_in_one_way() {
    let shop = shop::open().await;
    let both = json!({ "reservationId": ReservationId::new(), "orderId": OrderId::new() });
    for body in [json!({}), both] {
        let reply = put(&shop, "release", &body).await;
        reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    }
    let unknown = put(&shop, "release", &json!({ "orderId": OrderId::new() })).await;
    unknown.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}
