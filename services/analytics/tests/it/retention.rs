use std::time::Duration;

use analytics_service::{Config, events};
use revcart_persistence::Reader;
use revcart_persistence::documents::values::doc;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use shared_events::ProductId;

use crate::shop::{self, Order, ask, january, rupees, viewed};

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn old_events_are_forgotten_and_what_they_came_to_is_not() {
    let kept = Config {
        events_kept: 3 * DAY,
        ..Config::for_testing()
    };
    let shop = shop::open_with(kept).await;
    let order = Order::of(ProductId::new(), 1, rupees(100));
    // More than are forgotten at a time.
    for _ in 0..1_100 {
        shop.deliver(viewed(order.product, None)).await;
    }
    shop.settle().await;
    shop.advance(2 * DAY).await;
    shop.deliver(order.placed()).await;
    shop.settle().await;
    let log = async || {
        events::tail(shop.database(), None, None, 2_000)
            .await
            .unwrap()
    };
    assert_eq!(log().await.len(), 1_101);

    shop.advance(DAY + Duration::from_secs(1)).await;
    let left = log().await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].name, "OrderPlaced");
    shop.advance(9 * DAY).await;
    assert_eq!(log().await.len(), 0);
    let dashboard = ask(&shop, "/api/analytics/dashboard").await;
    assert_eq!(dashboard.at("/ever/productViews"), 1_100);
    assert_eq!(dashboard.at("/ever/ordersPlaced"), 1);

    // Numbers are not given out twice, or a stream would resume in the wrong place.
    shop.deliver(order.confirmed()).await;
    shop.settle().await;
    assert!(log().await[0].sequence > left[0].sequence);
}

#[tokio::test]
async fn minutes_are_kept_for_a_while_and_hours_for_ever() {
    let shop = shop::open().await;
    shop.deliver(Order::of(ProductId::new(), 1, rupees(100)).placed())
        .await;
    shop.settle().await;
    let placed = async |bucket: &str| {
        let from = january("05T11:00");
        let to = january("05T13:00");
        let path = format!("/api/analytics/sales?from={from}&to={to}&bucket={bucket}");
        ask(&shop, &path).await.at("/total/ordersPlaced").as_i64()
    };
    assert_eq!(placed("minute").await, Some(1));
    shop.advance(3 * DAY).await;
    assert_eq!(placed("minute").await, Some(0));
    assert_eq!(placed("hour").await, Some(1));
    shop.advance(400 * DAY).await;
    assert_eq!(placed("hour").await, Some(1));
}

#[tokio::test]
async fn who_was_seen_long_ago_is_forgotten() {
    let shop = shop::open().await;
    let user = shared_events::UserId::new();
    for _ in 0..3 {
        shop.deliver(viewed(ProductId::new(), Some(user))).await;
        shop.settle().await;
        shop.advance(40 * DAY).await;
    }
    // The first of the three visits is 120 days old, the second eighty, the third forty: of that there is a visitor by the
    // day, and who was active and looked by day and by week. Its month began more than sixty-one days ago.
    assert_eq!(sightings(&shop).await, 5);
    let ever = ask(&shop, "/api/analytics/funnel?from=2026-01-05").await;
    assert_eq!(ever.at("/total/viewed"), 3);
}

async fn sightings(shop: &revcart_testkit::TestService) -> u64 {
    match shop.database().reader() {
        Reader::Sql(connection) => {
            let sql = "SELECT COUNT(*) AS left FROM sightings";
            let statement = Statement::from_string(DbBackend::Sqlite, sql);
            let row = connection.query_one_raw(statement).await.unwrap().unwrap();
            row.try_get::<i64>("", "left").unwrap().unsigned_abs()
        }
        Reader::Documents(documents) => documents.count("sightings", doc! {}).await.unwrap(),
    }
}
