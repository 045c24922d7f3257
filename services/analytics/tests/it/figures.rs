use revcart_testkit::TestService;
use serde_json::{Value, json};
use shared_events::{Currency, Envelope, Money, ProductId, UserId, samples};

use crate::shop::{
    self, Order, ask, carted, given_up, january, money, registered, rupees, sent_at, viewed,
};

/// Two days in a shop: one order delivered, one declined, one undone, one in dollars.
pub(crate) fn events() -> Vec<Envelope> {
    let (kettle, pot) = (ProductId::new(), ProductId::new());
    let ann = UserId::new();
    let dollars = Money::from_minor(999, "USD".parse::<Currency>().unwrap());
    let delivered = Order::of(kettle, 2, rupees(30_000));
    let declined = Order::of(kettle, 1, rupees(15_000));
    let undone = Order::of(pot, 1, rupees(8_000));
    let abroad = Order::of(pot, 1, dollars);
    let (abandoned, saved) = (given_up(rupees(500)), given_up(rupees(700)));
    let late = Order {
        user: ann,
        cart: Some(saved.cart_id),
        ..Order::of(kettle, 1, rupees(650))
    };
    vec![
        sent_at(january("04T10:00"), registered(ann)),
        sent_at(january("04T10:01"), viewed(kettle, Some(ann))),
        sent_at(january("04T10:01"), viewed(kettle, None)),
        sent_at(january("04T10:02"), carted(kettle, 2, ann)),
        sent_at(january("04T23:59"), delivered.placed()),
        sent_at(january("04T23:59"), delivered.paid()),
        sent_at(january("05T00:00"), delivered.confirmed()),
        sent_at(january("05T11:30"), delivered.delivered()),
        sent_at(january("05T11:10"), declined.placed()),
        sent_at(january("05T11:10"), declined.declined()),
        sent_at(january("05T11:11"), declined.refunded(rupees(0))),
        sent_at(january("05T11:11"), declined.cancelled()),
        sent_at(january("05T11:20"), undone.placed()),
        sent_at(january("05T11:20"), undone.paid()),
        sent_at(january("05T11:20"), undone.confirmed()),
        sent_at(january("05T11:40"), undone.refunded(rupees(8_000))),
        sent_at(january("05T11:41"), undone.cancelled()),
        sent_at(january("05T11:59"), abroad.placed()),
        sent_at(january("05T11:59"), abroad.paid()),
        sent_at(january("05T12:00"), abandoned),
        sent_at(january("04T20:00"), saved),
        sent_at(january("05T11:58"), late.placed()),
    ]
}

pub(crate) async fn deliver(shop: &TestService, events: impl IntoIterator<Item = &Envelope>) {
    for event in events {
        shop.deliver_envelope(event).await;
    }
    shop.settle().await;
}

/// Everything that is told of these days.
pub(crate) async fn told(shop: &TestService) -> Vec<Value> {
    let mut told = Vec::new();
    for path in [
        "dashboard",
        "sales?from=2026-01-04&bucket=hour",
        "sales?from=2026-01-05T11:00:00Z&bucket=minute",
        "revenue?from=2026-01-01",
        "sales?from=2026-01-04&bucket=day&timeZone=Asia/Kathmandu",
        "revenue?from=2026-01-01&bucket=week&timeZone=America/New_York",
        "abandonment?from=2026-01-04",
        "funnel?from=2026-01-04",
        "funnel?from=2026-01-04&bucket=week",
        "funnel?from=2026-01-04&bucket=month",
        "users/cohorts?from=2026-01-01",
        "users/cohorts?from=2026-01-01&by=month&of=ordering",
        "users/activity?from=2026-01-04",
        "products/top?from=2026-01-04",
        "reports/daily-sales?from=2026-01-04",
        "reports/products?from=2026-01-04",
        "reports/users?from=2026-01-04",
        "reports/conversion?from=2026-01-04",
        "reports/abandonment?from=2026-01-04&timeZone=Asia/Kolkata",
        "reports/cohorts?from=2026-01-01",
    ] {
        told.push(ask(shop, &format!("/api/analytics/{path}")).await.json);
    }
    told
}

#[tokio::test]
async fn the_dashboard_tells_today_yesterday_and_ever() {
    let shop = shop::open().await;
    deliver(&shop, &events()).await;
    let dashboard = ask(&shop, "/api/analytics/dashboard").await;
    let orders = |when: &str| {
        ["Placed", "Confirmed", "Cancelled", "Delivered"]
            .map(|what| dashboard.at(&format!("/{when}/orders{what}")).as_i64())
    };
    assert_eq!(orders("yesterday"), [1, 0, 0, 0].map(Some));
    assert_eq!(orders("today"), [4, 2, 2, 1].map(Some));
    assert_eq!(orders("ever"), [5, 2, 2, 1].map(Some));
    assert_eq!(dashboard.at("/today/paymentsFailed"), 1);
    assert_eq!(dashboard.at("/today/cartsAbandoned"), 1);
    assert_eq!(dashboard.at("/today/activeUsers"), 4);
    assert_eq!(dashboard.at("/yesterday/usersRegistered"), 1);
    assert_eq!(dashboard.at("/yesterday/productViews"), 2);
    assert_eq!(dashboard.at("/yesterday/activeUsers"), 2);
    let revenue = json!([
        { "captured": money("380.00", "INR"), "refunded": money("80.00", "INR"), "net": money("300.00", "INR") },
        { "captured": money("9.99", "USD"), "refunded": money("0.00", "USD"), "net": money("9.99", "USD") },
    ]);
    assert_eq!(dashboard.at("/ever/revenue"), &revenue);
    let minutes = dashboard.at("/minutes").as_array().unwrap();
    assert_eq!(minutes.len(), 60);
    assert_eq!(minutes[59]["at"], "2026-01-05T12:00:00.000000Z");
    assert_eq!(minutes[58]["ordersPlaced"], 1);
    let sum: i64 = minutes
        .iter()
        .map(|it| it["ordersPlaced"].as_i64().unwrap())
        .sum();
    assert_eq!(sum, 4);
}

#[tokio::test]
async fn sales_add_up_whatever_the_bucket() {
    let shop = shop::open().await;
    deliver(&shop, &events()).await;
    for (bucket, buckets) in [("minute", 1440), ("hour", 24), ("day", 1)] {
        let path = format!("/api/analytics/sales?from=2026-01-05&to=2026-01-06&bucket={bucket}");
        let sales = ask(&shop, &path).await;
        let points = sales.at("/points").as_array().unwrap();
        assert_eq!(points.len(), buckets);
        let sum: i64 = points
            .iter()
            .map(|it| it["ordersPlaced"].as_i64().unwrap())
            .sum();
        assert_eq!((sum, sales.at("/total/ordersPlaced")), (4, &json!(4)));
        let value = json!([money("236.50", "INR"), money("9.99", "USD")]);
        assert_eq!(sales.at("/total/orderValue"), &value);
        assert_eq!(sales.at("/bucket"), bucket);
    }
    let revenue = ask(&shop, "/api/analytics/revenue?from=2026-01-05").await;
    assert_eq!(revenue.at("/total/paymentsCaptured"), 2);
    assert_eq!(revenue.at("/total/paymentsRefunded"), 1);
    assert_eq!(revenue.at("/total/revenue/0/net"), &money("0.00", "INR"));
}

#[tokio::test]
async fn figures_are_exact_however_often_and_in_whatever_order_events_come() {
    let events = events();
    let ordered = shop::open().await;
    deliver(&ordered, &events).await;
    let expected = told(&ordered).await;

    let chaotic = shop::open().await;
    // Backwards, in batches of another size, everything twice within a batch and again later.
    for some in events.rchunks(3) {
        deliver(&chaotic, some.iter().rev().chain(some)).await;
    }
    for step in [7, 3] {
        let shuffled = (0..events.len()).map(|index| &events[index * step % events.len()]);
        deliver(&chaotic, shuffled).await;
    }
    let told = told(&chaotic).await;
    for (told, expected) in told.iter().zip(&expected) {
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn figures_survive_a_restart() {
    let shop = shop::open().await;
    let events = events();
    deliver(&shop, &events[..10]).await;
    let config = analytics_service::Config::for_testing();
    let shop = shop
        .restart(|adapters| analytics_service::build(config, adapters))
        .await;
    deliver(&shop, &events).await;
    let undisturbed = shop::open().await;
    deliver(&undisturbed, &events).await;
    assert_eq!(told(&shop).await, told(&undisturbed).await);
}

#[tokio::test]
async fn an_order_of_the_first_version_counts_like_any_other() {
    let shop = shop::open().await;
    let old = samples::order_placed_v1();
    let total = old.total;
    let text = samples::envelope(shared_events::Service::Order, old).encode();
    shop.deliver_raw(&text, shared_events::Attributes::default())
        .await;
    shop.settle().await;
    let path = "/api/analytics/sales?from=2026-01-31&to=2026-02-01";
    let sales = ask(&shop, path).await;
    assert_eq!(sales.at("/total/ordersPlaced"), 1);
    assert_eq!(sales.at("/total/orderValue/0"), &json!(total));
}
