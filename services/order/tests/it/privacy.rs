//! Who may see what.

use http::{Method, StatusCode};
use revcart_testkit::{Actor, Call};
use serde_json::json;
use shared_events::{MessageId, OrderId, Role, Service};

use crate::shop::{Shop, order};

fn of_one_order(shop: &Shop, id: OrderId) -> Vec<Call> {
    vec![
        shop.get(&format!("/api/orders/{id}")),
        shop.get(&format!("/api/orders/{id}/status")),
        shop.get(&format!("/api/orders/{id}/invoice")),
        shop.put(&format!("/api/orders/{id}/cancel"))
            .json(&json!({})),
    ]
}

fn for_admins(shop: &Shop, id: OrderId) -> Vec<Call> {
    let reason = json!({"reason": "why not"});
    let mut calls = vec![
        shop.get("/api/orders/all"),
        shop.get("/api/ops/sagas"),
        shop.get(&format!("/api/ops/sagas/{id}")),
        shop.get(&format!("/api/orders/user/{}", shop.customer.id)),
        shop.put(&format!("/api/orders/{id}/status"))
            .json(&json!({"status": "CANCELLED", "reason": "x"})),
    ];
    let actions = ["retry", "skip", "compensate", "force-forward"];
    calls.extend(actions.map(|action| {
        shop.post(&format!("/api/ops/sagas/{id}/{action}"))
            .json(&reason)
    }));
    calls
}

#[tokio::test]
async fn somebody_elses_order_does_not_exist() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    for stranger in [&shop.other_customer, &shop.agent] {
        for call in of_one_order(&shop, id) {
            call.token(stranger)
                .await
                .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        }
    }
    for call in of_one_order(&shop, OrderId::new()) {
        call.token(&shop.customer)
            .await
            .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    assert_eq!(shop.status(id).await, "PLACED");
}

#[tokio::test]
async fn operators_routes_are_for_admins() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    for nobody in [&shop.customer, &shop.agent] {
        for call in for_admins(&shop, id) {
            call.token(nobody)
                .await
                .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
        }
    }
    assert_eq!(shop.status(id).await, "PLACED");
}

#[tokio::test]
async fn without_a_valid_token_nothing_is_told() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let calls = || {
        let mut calls = of_one_order(&shop, id);
        calls.extend(for_admins(&shop, id));
        calls.push(shop.get("/api/orders"));
        calls.push(shop.get("/api/orders/number/RC-7K3M-9QXF"));
        calls.push(shop.post(&format!("/api/orders/{id}/reorder")));
        calls.push(shop.get(&format!("/internal/trace/{id}")));
        calls.push(
            shop.post("/api/orders/checkout")
                .idempotency_key("k")
                .json(&order()),
        );
        calls
    };
    for call in calls() {
        call.await
            .expect_problem(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
    }
    for call in calls() {
        call.token("forged")
            .await
            .expect_problem(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
    }
    let expired = shop.keys().expired_token(shop.customer.id, Role::Customer);
    for call in calls() {
        call.token(&expired)
            .await
            .expect_problem(StatusCode::UNAUTHORIZED, "TOKEN_EXPIRED");
    }
}

#[tokio::test]
async fn a_service_has_no_orders_of_its_own() {
    let shop = Shop::open().await;
    let token = shop.token_of(Service::Payment);
    shop.get("/api/orders")
        .token(&token)
        .await
        .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    let call = shop
        .post("/api/orders/checkout")
        .token(&token)
        .idempotency_key("k")
        .json(&order());
    call.await
        .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    let id = shop.place().await;
    let call = shop.put(&format!("/api/orders/{id}/cancel")).token(&token);
    call.await
        .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
}

#[tokio::test]
async fn internal_routes_are_for_services_only() {
    let shop = Shop::open().await;
    let path = format!("/internal/trace/{}", shop.place().await);
    for person in [&shop.customer, &shop.admin] {
        shop.get(&path)
            .token(person)
            .await
            .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    }
    shop.get(&path)
        .token(shop.token_of(Service::Analytics))
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn admins_and_services_see_every_order() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let path = format!("/api/orders/{id}");
    shop.get(&path)
        .token(&shop.admin)
        .await
        .expect(StatusCode::OK);
    shop.get(&path)
        .token(shop.token_of(Service::Payment))
        .await
        .expect(StatusCode::OK);
}

async fn ids(shop: &Shop, actor: &Actor, path: &str) -> (Vec<OrderId>, Option<String>) {
    let page = shop
        .call(Method::GET, path)
        .token(actor)
        .await
        .expect(StatusCode::OK);
    let items = page.json["items"].as_array().unwrap().iter();
    (
        items.map(crate::shop::order_id).collect(),
        page.json["next"].as_str().map(str::to_owned),
    )
}

#[tokio::test]
async fn a_customers_list_is_their_own_latest_first_page_by_page() {
    let shop = Shop::open().await;
    let mut placed = Vec::new();
    for version in 1..=5 {
        shop.cart_holds(version, &[(shop.tea, 1, "199.00")]);
        placed.insert(0, shop.place().await);
    }
    shop.cart_holds(99, &[(shop.tea, 1, "199.00")]);
    let key = MessageId::new().to_string();
    let theirs = shop
        .post("/api/orders/checkout")
        .token(&shop.other_customer)
        .idempotency_key(&key)
        .json(&order());
    theirs.await.expect(StatusCode::ACCEPTED);
    let (first, next) = ids(&shop, &shop.customer, "/api/orders?limit=3").await;
    let (second, end) = ids(
        &shop,
        &shop.customer,
        &format!("/api/orders?limit=3&cursor={}", next.unwrap()),
    )
    .await;
    assert_eq!([first, second].concat(), placed);
    assert_eq!(end, None);
    let path = format!("/api/orders/user/{}", shop.customer.id);
    assert_eq!(ids(&shop, &shop.admin, &path).await.0, placed);
}
