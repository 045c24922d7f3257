use std::time::Duration;

use analytics_service::Config;
use http::StatusCode;
use revcart_persistence::Reader;
use revcart_persistence::documents::values::doc;
use revcart_testkit::{Reply, TestService};
use sea_orm::ConnectionTrait;
use serde_json::json;
use shared_events::{ProductId, UserId};

use crate::figures::{deliver, events, told};
use crate::shop::{self, Order, ask, registered, rupees, viewed};

const DAY: Duration = Duration::from_secs(86_400);

async fn rebuild(shop: &TestService) -> Reply {
    let begun = shop.post("/api/analytics/rebuild").token(&shop.admin).await;
    begun.expect(StatusCode::ACCEPTED);
    shop.settle().await;
    let state = ask(shop, "/api/analytics/rebuild").await;
    assert_eq!(state.at("/state"), "finished");
    state
}

/// Spoils everything that is counted, as a mistake or a hand in the database would.
async fn spoil(shop: &TestService) {
    match shop.database().reader() {
        Reader::Sql(_) => {
            let spoilt = shop.database().write((), |unit, ()| {
                Box::pin(async move {
                    for sql in [
                        "UPDATE figures SET count = count + 7, minor = minor + 3 WHERE grain <> 'minute'",
                        "DELETE FROM product_days",
                        "DELETE FROM sightings",
                        "DELETE FROM cart_moments",
                        "DELETE FROM members",
                        "UPDATE cohorts SET users = users + 1",
                    ] {
                        unit.sql().execute_unprepared(sql).await?;
                    }
                    Ok::<(), revcart_persistence::Error>(())
                })
            });
            spoilt.await.unwrap();
        }
        Reader::Documents(documents) => {
            for (collection, filter) in [
                ("figures", doc! { "grain": { "$ne": "minute" } }),
                ("product_days", doc! {}),
                ("sightings", doc! {}),
                ("cart_moments", doc! {}),
                ("members", doc! {}),
                ("cohorts", doc! {}),
            ] {
                documents.delete(collection, filter).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn figures_that_are_right_are_left_as_they_are() {
    let shop = shop::open().await;
    let never = ask(&shop, "/api/analytics/rebuild").await;
    assert_eq!(never.json, json!({ "state": "never", "corrected": 0 }));
    deliver(&shop, &events()).await;
    let before = told(&shop).await;
    let state = rebuild(&shop).await;
    assert_eq!(state.at("/corrected"), 0);
    assert!(state.at("/finishedAt").is_string());
    assert_eq!(told(&shop).await, before);
    // What comes then is counted as ever, and what has come before is not counted again.
    deliver(&shop, &events()[..3]).await;
    let order = Order::of(ProductId::new(), 1, rupees(100));
    shop.deliver(order.placed()).await;
    deliver(&shop, &events()).await;
    let dashboard = ask(&shop, "/api/analytics/dashboard").await;
    let again = rebuild(&shop).await;
    assert_eq!(again.at("/corrected"), 0);
    assert_eq!(
        ask(&shop, "/api/analytics/dashboard").await.json,
        dashboard.json
    );
}

#[tokio::test]
async fn figures_that_are_wrong_become_right() {
    let shop = shop::open().await;
    deliver(&shop, &events()).await;
    let right = told(&shop).await;
    spoil(&shop).await;
    assert_ne!(told(&shop).await, right);
    let state = rebuild(&shop).await;
    assert!(state.at("/corrected").as_i64() > Some(0));
    let repaired = told(&shop).await;
    for (repaired, right) in repaired.iter().zip(&right) {
        assert_eq!(repaired, right);
    }
    assert_eq!(rebuild(&shop).await.at("/corrected"), 0);
}

#[tokio::test]
async fn an_empty_log_is_counted_at_once() {
    let shop = shop::open().await;
    let begun = shop.post("/api/analytics/rebuild").token(&shop.admin).await;
    let begun = begun.expect(StatusCode::ACCEPTED);
    assert_eq!(begun.at("/state"), "finished");
}

#[tokio::test]
async fn what_the_log_no_longer_tells_stays_as_it_was_counted() {
    let kept = Config {
        events_kept: 3 * DAY,
        ..Config::for_testing()
    };
    let shop = shop::open_with(kept).await;
    let ann = UserId::new();
    for _ in 0..12 {
        let order = Order {
            user: ann,
            ..Order::of(ProductId::new(), 1, rupees(100))
        };
        shop.deliver(registered(UserId::new())).await;
        shop.deliver(viewed(order.product, Some(ann))).await;
        shop.deliver(order.placed()).await;
        shop.deliver(order.confirmed()).await;
        shop.settle().await;
        shop.advance(DAY).await;
    }
    let paths = [
        "/api/analytics/sales?from=2026-01-01",
        "/api/analytics/funnel?from=2026-01-01&bucket=week",
        "/api/analytics/users/cohorts?from=2026-01-01",
        "/api/analytics/products/top?from=2026-01-01",
        "/api/analytics/dashboard",
    ];
    let ask_all = async || {
        let mut answers = Vec::new();
        for path in paths {
            answers.push(ask(&shop, path).await.json);
        }
        answers
    };
    let before = ask_all().await;
    let state = rebuild(&shop).await;
    // Today is the seventeenth; the oldest event is three days old, and by a clock that was fast a day younger.
    assert_eq!(state.at("/from"), "2026-01-16T00:00:00.000000Z");
    assert_eq!(state.at("/corrected"), 0);
    assert_eq!(ask_all().await, before);
}
