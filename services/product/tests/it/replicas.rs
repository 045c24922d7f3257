//! Two replicas on one database. A file has one owner, and these say nothing about it.

use std::time::Duration;

use futures::future::join_all;
use http::StatusCode;
use product_service::{Config, audit, demo};
use revcart_testkit::TestService;
use serde_json::json;
use shared_events::{
    OrderId, ProductCreated, ProductId, Service, StockLevelLow, StockReservationFailed,
    StockReserved,
};

use crate::shop::{self, confirmed, draft, figures, line, release, reserve};

async fn two() -> Option<(TestService, TestService)> {
    let shop = shop::open().await;
    let other = shop
        .replica(async |adapters| product_service::build(Config::for_testing(), adapters).await)
        .await?;
    Some((shop, other))
}

/// Sets units aside over REST.
async fn wish(shop: &TestService, order: OrderId, product: ProductId) -> StatusCode {
    let wish = json!({ "orderId": order, "lines": [line(product, 1)], "expiresInSeconds": 60 });
    let call = shop.put("/api/products/stock/reserve");
    let reply = call.token(shop.token_of(Service::Order)).json(&wish).await;
    reply.status
}

/// The figures, the ledger and the reservations agree.
async fn is_sound(shop: &TestService) {
    for facts in audit::products(shop.database()).await.unwrap() {
        assert!(facts.figures.agree());
        assert_eq!(facts.figures.supplied, facts.supplied);
        assert_eq!(facts.figures.sold, facts.sold);
        assert_eq!(facts.figures.reserved, facts.reserved);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_buyers_of_twenty_units_leave_twenty_winners() {
    let Some((shop, other)) = two().await else {
        return;
    };
    let mut draft = draft("LAST", 20);
    draft["lowStockThreshold"] = json!(5);
    let product = shop::product_id(&shop::create(&shop, &draft).await);
    for _ in 0..100 {
        shop.deliver(reserve(OrderId::new(), &[line(product, 1)]))
            .await;
    }
    let buy = |shop| (0..50).map(move |_| wish(shop, OrderId::new(), product));
    let (here, there) = futures::join!(
        shop.settle_while(join_all(buy(&shop))),
        other.settle_while(join_all(buy(&other)))
    );
    futures::join!(shop.settle(), other.settle());
    let over_rest = |wanted| {
        here.iter()
            .chain(&there)
            .filter(|it| **it == wanted)
            .count()
    };
    let reserved = said::<StockReserved>(&shop, &other);
    assert_eq!(over_rest(StatusCode::OK) + reserved, 20);
    let refused = said::<StockReservationFailed>(&shop, &other);
    assert_eq!(over_rest(StatusCode::CONFLICT) + refused, 180);
    assert_eq!(figures(&other, product).await, [20, 20, 0, 0]);
    assert_eq!(said::<StockLevelLow>(&shop, &other), 1);
    is_sound(&shop).await;
}

fn said<E: shared_events::Event>(shop: &TestService, other: &TestService) -> usize {
    shop.published::<E>().len() + other.published::<E>().len()
}

#[tokio::test]
async fn an_order_that_both_hear_of_for_the_first_time_is_reserved_once() {
    let Some((shop, other)) = two().await else {
        return;
    };
    let product = shop::stocked(&shop, 100).await;
    let orders: Vec<OrderId> = (0..20).map(|_| OrderId::new()).collect();
    let wishes = orders.iter().flat_map(|order| {
        [&shop, &other, &shop, &other].map(|replica| wish(replica, *order, product))
    });
    let answers = join_all(wishes).await;
    assert!(answers.iter().all(|status| *status == StatusCode::OK));
    assert_eq!(figures(&shop, product).await, [100, 20, 80, 0]);
    is_sound(&shop).await;
}

#[tokio::test]
async fn messages_of_one_order_that_come_to_both_at_once_have_their_effect() {
    let Some((shop, other)) = two().await else {
        return;
    };
    let (first, second) = (
        shop::stocked(&shop, 100).await,
        shop::stocked(&shop, 100).await,
    );
    let orders: Vec<OrderId> = (0..20).map(|_| OrderId::new()).collect();
    for (number, order) in orders.iter().enumerate() {
        let mut lines = [line(first, 1), line(second, 1)];
        if number % 2 == 0 {
            lines.reverse();
        }
        shop.deliver(reserve(*order, &lines)).await;
        shop.deliver(confirmed(*order)).await;
        shop.deliver(release(*order)).await;
    }
    futures::join!(shop.settle(), other.settle());
    for product in [first, second] {
        assert_eq!(figures(&other, product).await, [100, 0, 100, 0]);
    }
    is_sound(&shop).await;
}

#[tokio::test]
async fn what_both_find_overdue_comes_back_once() {
    let Some((shop, other)) = two().await else {
        return;
    };
    let product = shop::stocked(&shop, 200).await;
    for _ in 0..120 {
        wish(&shop, OrderId::new(), product).await;
    }
    assert_eq!(figures(&shop, product).await, [200, 120, 80, 0]);
    shop.clock().advance(Duration::from_secs(60));
    futures::join!(shop.settle(), other.settle());
    assert_eq!(figures(&shop, product).await, [200, 0, 200, 0]);
    is_sound(&shop).await;
}

#[tokio::test]
async fn adjustments_on_both_add_up() {
    let Some((shop, other)) = two().await else {
        return;
    };
    let product = shop::stocked(&shop, 5).await;
    let adjust = |shop: &TestService| {
        let adjustment = json!({ "productId": product, "quantity": 1, "reason": "found" });
        let call = shop.post("/api/inventory/adjustments").token(&shop.admin);
        call.json(&adjustment).into_future()
    };
    let replies = join_all((0..10).flat_map(|_| [adjust(&shop), adjust(&other)])).await;
    for reply in replies {
        reply.expect(StatusCode::CREATED);
    }
    assert_eq!(figures(&shop, product).await, [25, 0, 25, 0]);
    is_sound(&shop).await;
}

#[tokio::test]
async fn one_change_of_a_version_wins() {
    let Some((shop, other)) = two().await else {
        return;
    };
    let product = shop::stocked(&shop, 5).await;
    let change = |shop: &TestService, number: u32| {
        let change = json!({ "version": 1, "name": format!("Name {number}") });
        let call = shop.put(&format!("/api/products/{product}"));
        call.token(&shop.admin).json(&change).into_future()
    };
    let replies = join_all((0..10).map(|number| {
        let replica = if number % 2 == 0 { &shop } else { &other };
        change(replica, number)
    }))
    .await;
    let served = |status| replies.iter().filter(|it| it.status == status).count();
    assert_eq!(served(StatusCode::OK), 1);
    assert_eq!(served(StatusCode::CONFLICT), 9);
}

#[tokio::test]
async fn what_one_changes_the_other_shows_a_second_later() {
    let Some((shop, other)) = two().await else {
        return;
    };
    let product = shop::stocked(&shop, 5).await;
    let path = format!("/api/products/{product}");
    other.get(&path).await.expect(StatusCode::OK);
    let change = json!({ "version": 1, "price": { "amount": "9.00", "currency": "INR" } });
    let call = shop.put(&path).token(&shop.admin).json(&change);
    call.await.expect(StatusCode::OK);
    let here = shop.get(&path).await;
    assert_eq!(here.at("/price/amount"), "9.00");
    shop.clock().advance(Duration::from_secs(1));
    let there = other.get(&path).await;
    assert_eq!(there.at("/price/amount"), "9.00");
}

#[tokio::test]
async fn the_demo_catalogue_is_seeded_by_one() {
    let Some((shop, other)) = two().await else {
        return;
    };
    let config = Config::for_testing();
    let (here, there) = futures::join!(
        demo::seed(&config, shop.database()),
        demo::seed(&config, other.database())
    );
    assert_eq!(here.unwrap() + there.unwrap(), 100);
    futures::join!(shop.settle(), other.settle());
    assert_eq!(said::<ProductCreated>(&shop, &other), 100);
}
