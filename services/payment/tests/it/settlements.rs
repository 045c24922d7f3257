use std::time::Duration;

use http::StatusCode;
use revcart_testkit::{Reply, TestService};
use serde_json::json;

use crate::world::{self, PRICE, cash, delivered, paid, refund};

const DAY: Duration = Duration::from_secs(86_400);

async fn settle(payment: &TestService, query: &str) -> Reply {
    let path = format!("/api/payments/settlements?{query}");
    payment.get(&path).token(&payment.admin).await
}

fn net(reply: &Reply) -> Vec<(String, String)> {
    let rows = reply.at("/rows").as_array().unwrap();
    let text = |row: &serde_json::Value, path: &str| {
        row.pointer(path).unwrap().as_str().unwrap().to_owned()
    };
    rows.iter()
        .map(|row| (text(row, "/method"), text(row, "/net/amount")))
        .collect()
}

/// A day with two payments through the gateway for tests and one in cash, and a refund of each kind the day after.
async fn two_days() -> TestService {
    let payment = world::start().await;
    let (one, _other) = (paid(&payment).await, paid(&payment).await);
    let in_cash = cash(&payment);
    payment.deliver(in_cash.clone()).await;
    payment
        .deliver(delivered(&payment, in_cash.order_id, Some(PRICE)))
        .await;
    payment.settle().await;
    payment.advance(DAY).await;
    let body = json!({ "orderId": one, "amount": { "amount": "99.00", "currency": "INR" }, "reason": "broken" });
    let call = payment.post("/api/payments/refund").token(&payment.admin);
    call.idempotency_key("one")
        .json(&body)
        .await
        .expect(StatusCode::ACCEPTED);
    payment.deliver(refund(in_cash.order_id)).await;
    payment.settle().await;
    payment
}

#[tokio::test]
async fn day_is_settled_by_method() {
    let payment = two_days().await;
    let first = settle(&payment, "date=2026-01-05")
        .await
        .expect(StatusCode::OK);
    let expected = [("COD", "499.00"), ("DUMMY", "998.00")];
    assert_eq!(
        net(&first),
        expected.map(|(method, net)| (method.to_owned(), net.to_owned()))
    );
    assert_eq!(first.at("/rows/1/capturedCount"), 2);
    assert_eq!(first.at("/totals/0/captured/amount"), "1497.00");
    assert_eq!(first.at("/timeZone"), "Z");
    let second = settle(&payment, "date=2026-01-06")
        .await
        .expect(StatusCode::OK);
    let expected = [("COD", "-499.00"), ("DUMMY", "-99.00")];
    assert_eq!(
        net(&second),
        expected.map(|(method, net)| (method.to_owned(), net.to_owned()))
    );
    assert_eq!(second.at("/totals/0/net/amount"), "-598.00");
    assert_eq!(second.at("/totals/0/refundedCount"), 2);
    let none = settle(&payment, "date=2026-01-07")
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (none.at("/rows"), none.at("/totals")),
        (&json!([]), &json!([]))
    );
}

#[tokio::test]
async fn day_begins_at_midnight_where_the_shop_is() {
    let payment = two_days().await;
    // Noon in London is the next day in Kiribati and east of it.
    for (query, rows) in [
        ("date=2026-01-05&tz=%2B05:30", 2),
        ("date=2026-01-05&tz=+05:30", 2),
        ("date=2026-01-06&tz=%2B13:00", 2),
        ("date=2026-01-05&tz=%2B13:00", 0),
        ("date=2026-01-05&tz=-12:00", 2),
    ] {
        let reply = settle(&payment, query).await.expect(StatusCode::OK);
        assert_eq!(net(&reply).len(), rows, "{query}");
    }
}

#[tokio::test]
async fn settlement_is_a_table_too() {
    let payment = two_days().await;
    let reply = settle(&payment, "date=2026-01-06&format=csv")
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        reply.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    assert_eq!(
        reply.header("content-disposition"),
        Some("attachment; filename=\"settlement-2026-01-06.csv\"")
    );
    assert_eq!(
        reply.text(),
        "date,timeZone,method,currency,captured,capturedCount,refunded,refundedCount,net\n\
         2026-01-06,UTC,COD,INR,0.00,0,499.00,1,-499.00\n\
         2026-01-06,UTC,DUMMY,INR,0.00,0,99.00,1,-99.00\n"
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_named() {
    let payment = world::start().await;
    for (query, field) in [
        ("", "date"),
        ("date=yesterday", "date"),
        ("date=2026-02-30", "date"),
        ("date=2026-01-05&tz=Asia/Kolkata", "tz"),
        ("date=2026-01-05&format=xml", "format"),
        ("date=2026-01-05&day=1", "day"),
    ] {
        let refused = settle(&payment, query).await;
        let refused = refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
        assert!(
            refused.text().contains(field),
            "{query}: {}",
            refused.text()
        );
    }
}

#[tokio::test]
async fn settlements_add_up_to_what_payments_say() {
    let payment = two_days().await;
    let facts = payment_service::audit::payments(payment.database(), None, 100)
        .await
        .unwrap();
    let books: i64 = facts.iter().map(|it| it.captured - it.refunded).sum();
    let mut settled = 0;
    for day in ["2026-01-05", "2026-01-06"] {
        let reply = settle(&payment, &format!("date={day}")).await;
        let net = reply
            .at("/totals/0/net/amount")
            .as_str()
            .unwrap()
            .replace('.', "");
        settled += net.parse::<i64>().unwrap();
    }
    assert_eq!(settled, books);
}
