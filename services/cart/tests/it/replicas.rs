//! Two replicas on one database. A file has one owner, and these say nothing about it.

use std::time::Duration;

use cart_service::{Config, build};
use futures::future::join_all;
use revcart_testkit::TestService;
use shared_events::{CartAbandoned, ProductDeleted, ProductPriceChanged, Role};

use crate::catalogue::{Catalogue, add, contents, for_checkout, money, rupees, show, start};

async fn two() -> Option<(TestService, TestService, Catalogue)> {
    let (service, catalogue) = start().await;
    let other = service
        .replica(async |adapters| build(Config::for_testing(), adapters).await)
        .await?;
    Some((service, other, catalogue))
}

#[tokio::test]
async fn what_two_tabs_put_into_a_new_cart_at_once_is_all_in_it() {
    let Some((service, other, catalogue)) = two().await else {
        return;
    };
    let who = &service.customer;
    let (tea, others) = (catalogue.sell(100), 12);
    let additions = (0..2 * others).map(|number| {
        let replica = if number % 2 == 0 { &service } else { &other };
        let product = if number < others {
            tea
        } else {
            catalogue.sell(100)
        };
        add(replica, who, product, 1)
    });
    let mut versions: Vec<u64> = join_all(additions)
        .await
        .iter()
        .map(|reply| reply.at("/version").as_u64().unwrap())
        .collect();
    versions.sort_unstable();
    let each_its_own: Vec<u64> = (1..=2 * others).collect();
    assert_eq!(versions, each_its_own);
    let cart = for_checkout(&other, who).await;
    assert_eq!(contents(&cart).len() as u64, others + 1);
    assert!(contents(&cart).contains(&(tea, others)));
}

#[tokio::test]
async fn an_idle_cart_is_told_of_by_one_replica() {
    let Some((service, other, catalogue)) = two().await else {
        return;
    };
    let tea = catalogue.sell(100);
    let carts = 150;
    for _ in 0..carts {
        add(&service, &service.keys().actor(Role::Customer), tea, 1).await;
    }
    service.settle().await;
    service.clock().advance(Duration::from_secs(24 * 3600));
    futures::join!(service.settle(), other.settle());
    let told = |replica: &TestService| replica.published::<CartAbandoned>();
    let mut told: Vec<_> = [told(&service), told(&other)]
        .concat()
        .iter()
        .map(|abandoned| abandoned.cart_id)
        .collect();
    assert_eq!(told.len(), carts);
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), carts);
}

#[tokio::test]
async fn prices_and_deletions_meet_shoppers_without_losing_either() {
    let Some((service, other, catalogue)) = two().await else {
        return;
    };
    let (tea, milk, bread) = (
        catalogue.sell(100),
        catalogue.sell(200),
        catalogue.sell(300),
    );
    let shoppers: Vec<_> = (0..10)
        .map(|_| service.keys().actor(Role::Customer))
        .collect();
    for who in &shoppers {
        add(&service, who, tea, 1).await;
        add(&service, who, milk, 1).await;
    }
    let change = ProductPriceChanged {
        product_id: tea,
        old_price: rupees(100),
        new_price: rupees(150),
        aggregate_version: 2,
    };
    service.deliver(change).await;
    let deleted = ProductDeleted {
        product_id: milk,
        aggregate_version: 2,
    };
    service.deliver(deleted).await;
    let additions = join_all(shoppers.iter().map(|who| add(&other, who, bread, 1)));
    futures::join!(service.settle(), additions);
    for who in &shoppers {
        let cart = show(&other, who).await;
        assert_eq!(contents(&cart), [(tea, 1), (bread, 1)]);
        assert_eq!(cart.at("/items/0/unitPrice"), &money(150));
        assert_eq!(cart.at("/version"), 5);
    }
}

#[tokio::test]
async fn limits_of_a_coupon_hold_whichever_replica_is_asked() {
    let Some((service, other, _)) = two().await else {
        return;
    };
    crate::coupons::make(
        &service,
        "FEW",
        serde_json::json!({"total": 7, "perUser": 1}),
    )
    .await;
    let shoppers: Vec<_> = (0..20)
        .map(|_| service.keys().actor(Role::Customer))
        .collect();
    let takes = shoppers
        .iter()
        .flat_map(|who| [&service, &other].map(|replica| crate::holds::take(replica, "FEW", who)));
    let replies = join_all(takes).await;
    let given = replies.iter().filter(|reply| reply.status.is_success());
    assert_eq!(given.count(), 7);
    for reply in replies.iter().filter(|reply| !reply.status.is_success()) {
        assert_eq!(reply.at("/code"), "COUPON_USED_UP");
    }
    assert_eq!(crate::holds::taken(&other, "FEW").await, 7);
}

#[tokio::test]
async fn merging_on_two_replicas_counts_once() {
    let Some((service, other, catalogue)) = two().await else {
        return;
    };
    let guest = crate::guests::guest();
    let tea = catalogue.sell(100);
    crate::guests::put_in(&service, &guest, tea, 2).await;
    let who = &service.customer;
    let body = serde_json::json!({"guestCartId": guest});
    let merges = (0..8).map(|number| {
        let replica = if number % 2 == 0 { &service } else { &other };
        replica.post("/api/cart/merge").token(who).json(&body)
    });
    for reply in join_all(merges.map(std::future::IntoFuture::into_future)).await {
        reply.expect(http::StatusCode::OK);
    }
    assert_eq!(contents(&show(&other, who).await), [(tea, 2)]);
}
