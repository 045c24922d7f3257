use revcart_testkit::TestService;
use serde_json::{Value, json};
use shared_events::{Envelope, ProductId, Timestamp, UserId};

use crate::shop::{self, Order, ask, registered, rupees, sent_at, viewed};

fn at(day: &str) -> Timestamp {
    format!("{day}T08:00:00Z").parse().unwrap()
}

/// Three users of December's last weeks: one comes back every week and orders once, one comes back once, one never.
fn events() -> Vec<Envelope> {
    let (ann, bob, eve) = (UserId::new(), UserId::new(), UserId::new());
    let product = ProductId::new();
    let order = Order {
        user: ann,
        ..Order::of(product, 1, rupees(100))
    };
    let looks = |day, user| sent_at(at(day), viewed(product, Some(user)));
    vec![
        sent_at(at("2025-12-15"), registered(ann)),
        sent_at(at("2025-12-21"), registered(bob)),
        sent_at(at("2025-12-22"), registered(eve)),
        looks("2025-12-16", ann),
        looks("2025-12-23", ann),
        looks("2025-12-24", ann),
        sent_at(at("2025-12-29"), order.placed()),
        looks("2026-01-05", bob),
        // Whose registration nobody has heard of.
        looks("2026-01-05", UserId::new()),
    ]
}

async fn cohorts(shop: &TestService, query: &str) -> Vec<(i64, Vec<i64>)> {
    let path = format!("/api/analytics/users/cohorts?from=2025-12-15&{query}");
    let reply = ask(shop, &path).await;
    let number = |value: &Value| value["users"].as_i64().unwrap();
    let cohort = |cohort: &Value| {
        let periods = cohort["periods"].as_array().unwrap();
        (number(cohort), periods.iter().map(number).collect())
    };
    reply
        .at("/cohorts")
        .as_array()
        .unwrap()
        .iter()
        .map(cohort)
        .collect()
}

async fn all(shop: &TestService) -> [Vec<(i64, Vec<i64>)>; 3] {
    [
        cohorts(shop, "by=week").await,
        cohorts(shop, "by=week&of=ordering&periods=3").await,
        cohorts(shop, "by=month").await,
    ]
}

fn expected() -> [Vec<(i64, Vec<i64>)>; 3] {
    [
        vec![
            (2, vec![2, 1, 1, 1]),
            (1, vec![1, 0, 0]),
            (0, vec![0, 0]),
            (0, vec![0]),
        ],
        vec![
            (2, vec![0, 0, 1]),
            (1, vec![0, 0, 0]),
            (0, vec![0, 0]),
            (0, vec![0]),
        ],
        vec![(3, vec![3, 1]), (0, vec![0])],
    ]
}

#[tokio::test]
async fn users_are_followed_from_the_week_or_month_in_which_they_registered() {
    let shop = shop::open().await;
    for event in &events() {
        shop.deliver_envelope(event).await;
    }
    shop.settle().await;
    assert_eq!(all(&shop).await, expected());
    let weeks = ask(&shop, "/api/analytics/users/cohorts?from=2025-12-15").await;
    assert_eq!(weeks.at("/cohorts/0/at"), "2025-12-15T00:00:00.000000Z");
    assert_eq!(
        weeks.at("/cohorts/0/periods/1/at"),
        "2025-12-22T00:00:00.000000Z"
    );
    assert_eq!(weeks.at("/cohorts/0/periods/1/share"), 0.5);
    assert_eq!(weeks.at("/by"), "week");
    assert!(weeks.at("/cohorts/2/periods/0/share").is_null());
    let report = "/api/analytics/reports/cohorts?from=2025-12-22&to=2025-12-29&format=csv";
    let csv = ask(&shop, report).await.text();
    let rows = "cohort,registered,week,at,active,share\r\n\
        \"2025-12-22\",1,0,\"2025-12-22\",1,1\r\n\
        \"2025-12-22\",1,1,\"2025-12-29\",0,0\r\n\
        \"2025-12-22\",1,2,\"2026-01-05\",0,0\r\n";
    assert_eq!(csv, rows);
    assert_eq!(json!(weeks.at("/of")), "active");
}

#[tokio::test]
async fn a_registration_may_be_told_of_after_all_that_came_of_it() {
    let events = events();
    for together in [1, 2, 9] {
        let shop = shop::open().await;
        let backwards: Vec<&Envelope> = events.iter().rev().collect();
        for some in backwards.chunks(together) {
            for event in some.iter().chain(some) {
                shop.deliver_envelope(event).await;
            }
            shop.settle().await;
        }
        assert_eq!(all(&shop).await, expected(), "{together} at a time");
    }
}
