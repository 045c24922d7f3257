use http::StatusCode;
use shared_events::{Money, ProductId};

use crate::shop::{self, Order, ask, given_up, january, money, rupees, sent_at, viewed};

#[tokio::test]
async fn daily_sales_have_a_row_per_day_and_currency() {
    let shop = shop::open().await;
    let abroad = Money::from_minor(500, "USD".parse().unwrap());
    for total in [rupees(20_000), abroad] {
        let order = Order::of(ProductId::new(), 2, total);
        shop.deliver(order.placed()).await;
        shop.deliver(order.paid()).await;
        shop.deliver(order.refunded(Money::from_minor(100, total.currency())))
            .await;
    }
    shop.settle().await;
    let path = "/api/analytics/reports/daily-sales?from=2026-01-04&to=2026-01-06";
    let csv = ask(&shop, &format!("{path}&format=csv")).await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let disposition = csv.header("content-disposition").unwrap();
    assert_eq!(
        disposition,
        "attachment; filename=\"daily-sales-from-2026-01-04.csv\""
    );
    let expected = "day,currency,ordersPlaced,ordersConfirmed,ordersCancelled,ordersDelivered,orderValue,captured,refunded,net\r\n\
        \"2026-01-04\",\"INR\",0,0,0,0,0.00,0.00,0.00,0.00\r\n\
        \"2026-01-05\",\"INR\",2,0,0,0,200.00,200.00,1.00,199.00\r\n\
        \"2026-01-05\",\"USD\",0,0,0,0,5.00,5.00,1.00,4.00\r\n";
    assert_eq!(csv.text(), expected);
    let json = ask(&shop, path).await;
    assert_eq!(json.at("/report"), "daily-sales");
    assert_eq!(json.at("/rows/1/net"), &money("199.00", "INR"));
}

#[tokio::test]
async fn names_of_products_cannot_become_formulas() {
    let shop = shop::open().await;
    let order = Order::of(ProductId::new(), 1, rupees(100));
    shop.deliver(order.confirmed()).await;
    shop.settle().await;
    let csv = ask(&shop, "/api/analytics/reports/products?format=csv")
        .await
        .text();
    let row = format!(
        "\"{}\",\"KET-1\",\"'=Kettle\",0,0,1,\"INR\",1.00",
        order.product
    );
    assert!(csv.contains(&row), "{csv}");
    let json = ask(&shop, "/api/analytics/reports/products?format=json").await;
    assert_eq!(json.at("/rows/0/name"), "=Kettle");
}

#[tokio::test]
async fn users_and_conversion_have_a_row_per_day() {
    let shop = shop::open().await;
    let order = Order::of(ProductId::new(), 1, rupees(100));
    shop.deliver(viewed(order.product, Some(order.user))).await;
    shop.deliver(order.placed()).await;
    shop.settle().await;
    let report = async |name: &str| {
        let path = format!("/api/analytics/reports/{name}?from=2026-01-04&format=csv");
        ask(&shop, &path).await.text()
    };
    let users = "day,usersRegistered,activeUsers,visitors\r\n\
        \"2026-01-04\",0,0,0\r\n\"2026-01-05\",0,1,1\r\n";
    assert_eq!(report("users").await, users);
    let conversion = report("conversion").await;
    assert!(
        conversion.ends_with("\"2026-01-05\",1,1,1,0,0,1,1,0,0\r\n"),
        "{conversion}"
    );
}

#[tokio::test]
async fn days_of_reports_on_sales_are_those_of_the_zone_asked_for() {
    let shop = shop::open().await;
    let order = Order::of(ProductId::new(), 1, rupees(100));
    // In Kolkata it is the sixth.
    shop.deliver_envelope(&sent_at(january("05T18:30"), order.placed()))
        .await;
    shop.deliver_envelope(&sent_at(january("05T18:29"), given_up(rupees(200))))
        .await;
    shop.settle().await;
    let report = async |name: &str| {
        let zone = "timeZone=Asia/Kolkata&from=2026-01-05&to=2026-01-07";
        let path = format!("/api/analytics/reports/{name}?{zone}&format=csv");
        ask(&shop, &path).await.text()
    };
    let sales = report("daily-sales").await;
    assert!(sales.contains("\"2026-01-05\",\"INR\",0,"), "{sales}");
    assert!(
        sales.ends_with("\"2026-01-06\",\"INR\",1,0,0,0,1.00,0.00,0.00,0.00\r\n"),
        "{sales}"
    );
    let carts = report("abandonment").await;
    let expected = "day,currency,abandoned,value,ordered,rate,recovered,recoveredValue,recoveryRate\r\n\
        \"2026-01-05\",\"INR\",1,2.00,0,1,0,0.00,0\r\n\
        \"2026-01-06\",\"INR\",0,0.00,1,0,0,0.00,\r\n";
    assert_eq!(carts, expected);
    let refused = "/api/analytics/reports/users?timeZone=Asia/Kolkata";
    let refused = shop.get(refused).token(&shop.admin).await;
    let refused = refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    assert_eq!(refused.at("/errors/0/field"), "timeZone");
}

#[tokio::test]
async fn there_are_no_other_reports() {
    let shop = shop::open().await;
    for name in ["secrets", "Daily-Sales", "%2e%2e"] {
        let path = format!("/api/analytics/reports/{name}");
        let reply = shop.get(&path).token(&shop.admin).await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
}
