//! Lists of orders narrowed down, orders by their number, and the list of all.

use std::time::Duration;

use http::StatusCode;
use revcart_testkit::{Actor, START};
use serde_json::{Value, json};
use shared_events::{MessageId, OrderId, Service};

use crate::shop::{Shop, order, order_id};

async fn ids(shop: &Shop, actor: &Actor, path: &str) -> Vec<OrderId> {
    let page = shop.get(path).token(actor).await.expect(StatusCode::OK);
    page.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(order_id)
        .collect()
}

/// Three orders, a day apart: one cancelled, one confirmed, one placed.
async fn three_days(shop: &Shop) -> [OrderId; 3] {
    let first = shop.place().await;
    shop.refuse_stock(first).await;
    shop.clock().advance(Duration::from_secs(86_400));
    shop.cart_holds(4, &[(shop.tea, 1, "199.00")]);
    let second = shop.place_and_assign().await;
    shop.clock().advance(Duration::from_secs(86_400));
    shop.cart_holds(5, &[(shop.tea, 1, "199.00")]);
    let third = shop.place().await;
    [first, second, third]
}

#[tokio::test]
async fn a_history_is_narrowed_down_by_status() {
    let shop = Shop::open().await;
    let [first, second, third] = three_days(&shop).await;
    for (status, expected) in [
        ("CANCELLED", first),
        ("CONFIRMED", second),
        ("PLACED", third),
    ] {
        let path = format!("/api/orders?status={status}");
        assert_eq!(ids(&shop, &shop.customer, &path).await, [expected]);
        let path = format!("/api/orders/all?status={status}");
        assert_eq!(ids(&shop, &shop.admin, &path).await, [expected]);
    }
    assert!(
        ids(&shop, &shop.customer, "/api/orders?status=DELIVERED")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_history_is_narrowed_down_by_time() {
    let shop = Shop::open().await;
    let [first, second, third] = three_days(&shop).await;
    let day = |n: u64| START + Duration::from_secs(86_400 * n);
    for (from, to, expected) in [
        (Some(day(1)), None, vec![third, second]),
        (None, Some(day(1)), vec![first]),
        (Some(day(1)), Some(day(2)), vec![second]),
        (Some(day(2)), None, vec![third]),
        (Some(day(3)), None, vec![]),
        (None, Some(START), vec![]),
    ] {
        let bound = |name: &str, at: Option<shared_events::Timestamp>| {
            at.map(|at| format!("{name}={at}&")).unwrap_or_default()
        };
        let query = format!("{}{}", bound("from", from), bound("to", to));
        let path = format!("/api/orders?{query}");
        assert_eq!(ids(&shop, &shop.customer, &path).await, expected, "{query}");
        let path = format!("/api/orders/all?{query}");
        assert_eq!(ids(&shop, &shop.admin, &path).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_narrowed_list_has_pages() {
    let shop = Shop::open().await;
    let mut placed = Vec::new();
    for version in 1..=5 {
        shop.cart_holds(version, &[(shop.tea, 1, "199.00")]);
        placed.insert(0, shop.place().await);
    }
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/orders?status=PLACED&from={START}&limit=2{cursor}");
        let page = shop
            .get(&path)
            .token(&shop.customer)
            .await
            .expect(StatusCode::OK);
        found.extend(page.json["items"].as_array().unwrap().iter().map(order_id));
        match page.at("/next") {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => break,
        }
    }
    assert_eq!(found, placed);
}

#[tokio::test]
async fn an_order_is_found_by_its_number_as_people_say_it() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let shown = shop.shown(id).await;
    let number = shown["orderNumber"].as_str().unwrap();
    let spoken = number.to_lowercase().replace('-', "%20");
    for said in [number, spoken.as_str()] {
        for known in [&shop.customer, &shop.admin] {
            let path = format!("/api/orders/number/{said}");
            let found = shop.get(&path).token(known).await.expect(StatusCode::OK);
            assert_eq!(order_id(&found.json), id);
        }
        let path = format!("/api/orders?number={said}");
        assert_eq!(ids(&shop, &shop.customer, &path).await, [id]);
    }
    let path = format!("/api/orders/number/{number}");
    for stranger in [&shop.other_customer, &shop.agent] {
        let call = shop.get(&path).token(stranger);
        call.await
            .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    for nobodys in ["RC-2222-2222", "RC-0000-0000", "7"] {
        let call = shop
            .get(&format!("/api/orders/number/{nobodys}"))
            .token(&shop.admin);
        call.await
            .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    let path = format!("/api/orders?number={number}");
    assert!(ids(&shop, &shop.other_customer, &path).await.is_empty());
}

#[tokio::test]
async fn the_list_of_all_has_everybodys_orders_and_is_for_admins() {
    let shop = Shop::open().await;
    let mine = shop.place().await;
    shop.cart_holds(9, &[(shop.tea, 1, "199.00")]);
    let call = shop
        .post("/api/orders/checkout")
        .token(&shop.other_customer);
    let call = call
        .idempotency_key(&MessageId::new().to_string())
        .json(&order());
    let theirs = order_id(&call.await.expect(StatusCode::ACCEPTED).json);
    assert_eq!(
        ids(&shop, &shop.admin, "/api/orders/all").await,
        [theirs, mine]
    );
    let path = format!("/api/orders/user/{}?status=PLACED", shop.customer.id);
    assert_eq!(ids(&shop, &shop.admin, &path).await, [mine]);
    for nobody in [&shop.customer, &shop.agent] {
        let call = shop.get("/api/orders/all").token(nobody);
        call.await
            .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    }
    let call = shop
        .get("/api/orders/all")
        .token(shop.token_of(Service::Payment));
    call.await
        .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
}

#[tokio::test]
async fn a_list_refuses_what_it_cannot_be_narrowed_down_to() {
    let shop = Shop::open().await;
    for (query, field) in [
        ("status=LOST", "status"),
        ("number=7", "number"),
        ("from=yesterday", "from"),
        ("to=2026", "to"),
        ("from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "to"),
        ("user=me", "user"),
    ] {
        let call = shop
            .get(&format!("/api/orders?{query}"))
            .token(&shop.customer);
        let refused = call.await;
        let refused = refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
        assert_eq!(refused.at("/errors/0/field"), &json!(field), "{query}");
    }
}
