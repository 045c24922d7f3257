//! Carts of customers who are named in the request: guests, and users with their token.

use http::StatusCode;
use revcart_testkit::{Reply, TestService};
use serde_json::json;
use shared_events::{
    CartItemAdded, OrderConfirmed, OrderId, OrderLine, ProductId, Quantity, Service,
};
use uuid::Uuid;

use crate::catalogue::{add, contents, money, rupees, show, start};
use crate::coupons::make;

pub(crate) fn guest() -> String {
    format!("guest-{}", Uuid::now_v7())
}

pub(crate) async fn put_in(
    service: &TestService,
    customer: &str,
    product: ProductId,
    quantity: u32,
) -> Reply {
    let body = json!({"customerId": customer, "productId": product, "quantity": quantity});
    let reply = service.post("/api/v1/cart/items").json(&body).await;
    reply.expect(StatusCode::CREATED)
}

pub(crate) async fn look(service: &TestService, customer: &str) -> Reply {
    let reply = service.get(&format!("/api/v1/cart/{customer}")).await;
    reply.expect(StatusCode::OK)
}

#[tokio::test]
async fn a_guest_fills_changes_and_clears_a_cart_without_a_token() {
    let (service, catalogue) = start().await;
    let guest = guest();
    let (tea, milk) = (catalogue.sell(100), catalogue.sell(200));
    assert_eq!(look(&service, &guest).await.at("/version"), 0);
    put_in(&service, &guest, tea, 2).await;
    put_in(&service, &guest, milk, 1).await;
    let item = |product| format!("/api/v1/cart/{guest}/items/{product}");
    let changed = service.put(&item(tea)).json(&json!({"quantity": 5})).await;
    assert_eq!(
        contents(&changed.expect(StatusCode::OK)),
        [(tea, 5), (milk, 1)]
    );
    let removed = service.delete(&item(milk)).await.expect(StatusCode::OK);
    assert_eq!(contents(&removed), [(tea, 5)]);
    assert_eq!(look(&service, &guest).await.json, removed.json);
    for reply in [
        service.put(&item(milk)).json(&json!({"quantity": 5})).await,
        service.delete(&item(milk)).await,
    ] {
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    let cleared = service.delete(&format!("/api/v1/cart/{guest}")).await;
    assert_eq!(contents(&cleared.expect(StatusCode::OK)), []);
    service.settle().await;
    let added: Vec<CartItemAdded> = service.published();
    assert!(added.iter().all(|added| added.user_id.is_none()));
}

#[tokio::test]
async fn a_guest_uses_coupons_and_sees_the_taxes_of_a_place() {
    let (service, catalogue) = start().await;
    let guest = guest();
    put_in(&service, &guest, catalogue.sell(10_000), 1).await;
    make(&service, "TEN", json!({"perUser": 1})).await;
    let path = format!("/api/v1/cart/{guest}/coupon");
    let cart = service.put(&path).json(&json!({"code": "TEN"})).await;
    assert_eq!(cart.expect(StatusCode::OK).at("/discount"), &money(1000));
    let cart = service
        .get(&format!("/api/v1/cart/{guest}?country=IN&state=Goa"))
        .await;
    assert_eq!(cart.expect(StatusCode::OK).at("/discount"), &money(1000));
    let cart = service.delete(&path).await.expect(StatusCode::OK);
    assert_eq!(cart.at("/discount"), &money(0));
}

#[tokio::test]
async fn a_users_cart_is_theirs_only() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    let tea = catalogue.sell(100);
    add(&service, who, tea, 1).await;
    let path = format!("/api/v1/cart/{}", who.id);
    let own = service.get(&path).token(who).await.expect(StatusCode::OK);
    assert_eq!(own.json, show(&service, who).await.json);
    for other in [&service.other_customer, &service.admin, &service.agent] {
        let reply = service.get(&path).token(other).await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        let body = json!({"customerId": who.id, "productId": tea, "quantity": 1});
        let reply = service
            .post("/api/v1/cart/items")
            .token(other)
            .json(&body)
            .await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    let reply = service.get(&path).await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let body = json!({"customerId": who.id, "productId": tea, "quantity": 2});
    let added = service
        .post("/api/v1/cart/items")
        .token(who)
        .json(&body)
        .await;
    assert_eq!(contents(&added.expect(StatusCode::CREATED)), [(tea, 3)]);
}

#[tokio::test]
async fn ids_that_can_be_guessed_are_none_and_a_users_id_makes_no_guest() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    let tea = catalogue.sell(100);
    add(&service, who, tea, 1).await;
    for id in [
        "guest-1",
        "guest-",
        "guest-00000000-0000-0000-0000-000000000000",
        "asha",
    ] {
        let reply = service.get(&format!("/api/v1/cart/{id}")).await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        let body = json!({"customerId": id, "productId": tea, "quantity": 1});
        let reply = service.post("/api/v1/cart/items").json(&body).await;
        let reply = reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
        assert_eq!(reply.at("/errors/0/field"), "customerId");
    }
    let forged = format!("guest-{}", who.id);
    assert_eq!(contents(&look(&service, &forged).await), []);
    put_in(&service, &forged, catalogue.sell(1), 7).await;
    assert_eq!(contents(&show(&service, who).await), [(tea, 1)]);
}

#[tokio::test]
async fn an_order_takes_out_of_a_guests_cart_what_was_ordered() {
    let (service, catalogue) = start().await;
    let guest = guest();
    let tea = catalogue.sell(100);
    let cart = put_in(&service, &guest, tea, 3).await;
    let cart_id = cart.at("/cartId").as_str().unwrap();
    let internal = service
        .get(&format!("/internal/carts/{cart_id}"))
        .token(service.token_of(Service::Order))
        .await
        .expect(StatusCode::OK);
    assert_eq!(contents(&internal), [(tea, 3)]);
    let order = OrderConfirmed {
        order_id: OrderId::new(),
        order_number: "RC-1".into(),
        user_id: None,
        cart_id: cart_id.parse().unwrap(),
        cart_version: cart.at("/version").as_u64().unwrap().try_into().unwrap(),
        lines: vec![OrderLine {
            product_id: tea,
            sku: "TEA-250".into(),
            name: "Assam tea".into(),
            quantity: Quantity::new(3).unwrap(),
            unit_price: rupees(100),
        }],
        total: rupees(300),
        aggregate_version: 2,
    };
    service.deliver(order).await;
    service.settle().await;
    assert_eq!(contents(&look(&service, &guest).await), []);
}
