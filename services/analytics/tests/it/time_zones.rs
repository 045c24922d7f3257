use std::time::Duration;

use revcart_testkit::TestService;
use serde_json::Value;
use shared_events::{ProductId, Timestamp};

use crate::shop::{self, Order, ask, money, rupees, sent_at};

async fn sell(shop: &TestService, times: &[&str]) {
    for time in times {
        let at: Timestamp = time.parse().unwrap();
        let order = Order::of(ProductId::new(), 1, rupees(100));
        shop.deliver_envelope(&sent_at(at, order.placed())).await;
        shop.deliver_envelope(&sent_at(at, order.paid())).await;
    }
    shop.settle().await;
}

/// What a clock showed at the beginning of each part, and the orders in it, of parts with any.
async fn sales(shop: &TestService, query: &str) -> Vec<(String, i64)> {
    let reply = ask(shop, &format!("/api/analytics/sales?{query}")).await;
    let point = |point: &Value| {
        let orders = point["ordersPlaced"].as_i64().unwrap();
        (point["local"].as_str().unwrap().to_owned(), orders)
    };
    let points = reply.at("/points").as_array().unwrap().iter().map(point);
    points.filter(|(_, orders)| *orders > 0).collect()
}

fn expected(points: &[(&str, i64)]) -> Vec<(String, i64)> {
    let owned = |(at, orders): &(&str, i64)| ((*at).to_owned(), *orders);
    points.iter().map(owned).collect()
}

#[tokio::test]
async fn days_change_at_local_midnight_in_zones_of_half_and_quarter_hours() {
    let shop = shop::open().await;
    // Around midnight in Kolkata (18:30 UTC) and in Kathmandu (18:15 UTC).
    let times = [
        "2026-01-02T18:14:59Z",
        "2026-01-02T18:15:00Z",
        "2026-01-02T18:29:59Z",
        "2026-01-02T18:30:00Z",
        "2026-01-03T18:14:00Z",
    ];
    sell(&shop, &times).await;
    let days = "from=2026-01-01&to=2026-01-05&timeZone=Asia";
    let kolkata = sales(&shop, &format!("{days}/Kolkata")).await;
    let in_kolkata = [
        ("2026-01-02T00:00:00+05:30", 3),
        ("2026-01-03T00:00:00+05:30", 2),
    ];
    assert_eq!(kolkata, expected(&in_kolkata));
    let kathmandu = sales(&shop, &format!("{days}/Kathmandu")).await;
    let in_kathmandu = [
        ("2026-01-02T00:00:00+05:45", 1),
        ("2026-01-03T00:00:00+05:45", 4),
    ];
    assert_eq!(kathmandu, expected(&in_kathmandu));
    let hours = sales(
        &shop,
        "from=2026-01-02&to=2026-01-03&bucket=hour&timeZone=Asia/Kathmandu",
    );
    assert_eq!(hours.await, expected(&[("2026-01-02T23:00:00+05:45", 1)]));
    let utc = sales(&shop, "from=2026-01-01&to=2026-01-05").await;
    let in_utc = [
        ("2026-01-02T00:00:00+00:00", 4),
        ("2026-01-03T00:00:00+00:00", 1),
    ];
    assert_eq!(utc, expected(&in_utc));
    let path = "/api/analytics/revenue?from=2026-01-03&to=2026-01-04&timeZone=Asia/Kolkata";
    let revenue = ask(&shop, path).await;
    assert_eq!(revenue.at("/total/revenue/0/net"), &money("2.00", "INR"));
    assert_eq!(revenue.at("/timeZone"), "Asia/Kolkata");
    assert_eq!(revenue.at("/from"), "2026-01-02T18:30:00.000000Z");
    assert_eq!(revenue.at("/to"), "2026-01-03T18:30:00.000000Z");
}

#[tokio::test]
async fn days_on_which_clocks_are_moved_have_all_their_hours() {
    let shop = shop::open().await;
    shop.advance(Duration::from_secs(320 * 86_400)).await;
    // In spring the day in New York ends at 04:00 UTC already, in autumn it begins then and ends at 05:00.
    let spring = [
        "2026-03-08T05:00:00Z",
        "2026-03-09T03:59:59Z",
        "2026-03-09T04:00:00Z",
    ];
    let autumn = [
        "2026-11-01T05:30:00Z",
        "2026-11-01T06:30:00Z",
        "2026-11-02T04:59:59Z",
    ];
    sell(&shop, &spring).await;
    sell(&shop, &autumn).await;
    let new_york = "timeZone=America/New_York";
    let days = sales(&shop, &format!("from=2026-03-07&to=2026-03-11&{new_york}")).await;
    let moved = [
        ("2026-03-08T00:00:00-05:00", 2),
        ("2026-03-09T00:00:00-04:00", 1),
    ];
    assert_eq!(days, expected(&moved));
    let days = sales(&shop, &format!("from=2026-10-31&to=2026-11-04&{new_york}")).await;
    assert_eq!(days, expected(&[("2026-11-01T00:00:00-04:00", 3)]));
    let from = "from=2026-11-01&to=2026-11-01T08:00:00Z&bucket=hour";
    let hours = sales(&shop, &format!("{from}&{new_york}")).await;
    let twice = [
        ("2026-11-01T01:00:00-04:00", 1),
        ("2026-11-01T01:00:00-05:00", 1),
    ];
    assert_eq!(hours, expected(&twice));
    let path = format!("from=2026-03-01&to=2026-12-01&bucket=month&{new_york}");
    let months = sales(&shop, &path);
    let both = [
        ("2026-03-01T00:00:00-05:00", 3),
        ("2026-11-01T00:00:00-04:00", 3),
    ];
    assert_eq!(months.await, expected(&both));
    let path = format!("from=2026-03-02&to=2026-03-16&bucket=week&{new_york}");
    let weeks = sales(&shop, &path);
    let monday = [
        ("2026-03-02T00:00:00-05:00", 2),
        ("2026-03-09T00:00:00-04:00", 1),
    ];
    assert_eq!(weeks.await, expected(&monday));
}

#[tokio::test]
async fn what_comes_late_counts_for_the_time_when_it_happened() {
    let shop = shop::open().await;
    sell(&shop, &["2025-12-31T18:45:00Z"]).await;
    let months = "from=2025-12-01&to=2026-02-01&bucket=month";
    let utc = sales(&shop, months).await;
    assert_eq!(utc, expected(&[("2025-12-01T00:00:00+00:00", 1)]));
    let kolkata = sales(&shop, &format!("{months}&timeZone=Asia/Kolkata")).await;
    assert_eq!(kolkata, expected(&[("2026-01-01T00:00:00+05:30", 1)]));
}

#[tokio::test]
async fn a_year_of_days_is_answered_for_every_zone() {
    let shop = shop::open().await;
    sell(&shop, &["2025-06-01T12:00:00Z"]).await;
    for zone in [
        "Asia/Kolkata",
        "Europe/London",
        "America/New_York",
        "UTC",
        "Pacific/Chatham",
    ] {
        let year = format!("from=2025-01-05&to=2026-01-05&timeZone={zone}");
        assert_eq!(sales(&shop, &year).await.len(), 1, "{zone}");
    }
}
