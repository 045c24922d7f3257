//! What order-service asks.

use http::StatusCode;
use serde_json::json;
use shared_events::{Service, UserId};

use crate::catalogue::{add, contents, for_checkout, money, start};

#[tokio::test]
async fn a_checkout_gets_the_lines_of_the_cart_and_its_version() {
    let (service, catalogue) = start().await;
    let tea = catalogue.sell(19_900);
    add(&service, &service.customer, tea, 2).await;
    let expected = json!({
        "cartId": service.customer.id, "version": 1, "couponCode": null,
        "items": [{
            "productId": tea, "sku": "TEA-250", "name": "Assam tea", "category": null, "quantity": 2, "unitPrice": money(19_900), "priceChanged": false,
        }],
    });
    assert_eq!(
        for_checkout(&service, &service.customer).await.json,
        expected
    );
}

#[tokio::test]
async fn the_cart_of_somebody_who_never_had_one_is_empty() {
    let (service, _) = start().await;
    let path = format!("/internal/carts/{}", UserId::new());
    let cart = service
        .get(&path)
        .token(service.token_of(Service::Order))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (cart.at("/version"), cart.at("/items")),
        (&json!(0), &json!([]))
    );
}

#[tokio::test]
async fn only_services_see_carts_by_user() {
    let (service, _) = start().await;
    let path = format!("/internal/carts/{}", service.customer.id);
    for who in [&service.customer, &service.agent, &service.admin] {
        service
            .get(&path)
            .token(who)
            .await
            .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
        let body = json!({"userId": service.customer.id});
        let reply = service
            .post("/api/cart/validate")
            .token(who)
            .json(&body)
            .await;
        reply.expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    }
    let order = service.token_of(Service::Order);
    service
        .get("/internal/carts/seven")
        .token(&order)
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    service
        .get("/api/cart")
        .token(&order)
        .await
        .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
}

#[tokio::test]
async fn validation_says_what_stands_in_the_way() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    let (tea, milk, bread, salt) = (
        catalogue.sell(100),
        catalogue.sell(100),
        catalogue.sell(100),
        catalogue.sell(100),
    );
    for product in [tea, milk, bread, salt] {
        add(&service, who, product, 2).await;
    }
    catalogue.change(tea, |product| product.price = 110);
    catalogue.change(milk, |product| product.available = 1);
    catalogue.remove(bread);
    let body = json!({"userId": who.id});
    let order = service.token_of(Service::Order);
    let reply = service
        .post("/api/cart/validate")
        .token(&order)
        .json(&body)
        .await
        .expect(StatusCode::OK);
    assert_eq!(reply.at("/valid"), false);
    let expected = json!([
        {"productId": bread, "code": "GONE"},
        {"productId": tea, "code": "PRICE_CHANGED"},
        {"productId": milk, "code": "OUT_OF_STOCK"},
    ]);
    assert_eq!(reply.at("/findings"), &expected);
    assert_eq!(reply.at("/cart/items/0/priceChanged"), true);
    assert_eq!(
        contents(&for_checkout(&service, who).await),
        [(tea, 2), (milk, 2), (salt, 2)]
    );
}

#[tokio::test]
async fn a_cart_at_todays_prices_is_valid() {
    let (service, catalogue) = start().await;
    add(&service, &service.customer, catalogue.sell(100), 2).await;
    let body = json!({"userId": service.customer.id});
    let order = service.token_of(Service::Order);
    let reply = service
        .post("/api/cart/validate")
        .token(&order)
        .json(&body)
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (reply.at("/valid"), reply.at("/findings")),
        (&json!(true), &json!([]))
    );
}
