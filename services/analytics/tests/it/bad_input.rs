use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared_events::Service;

use crate::shop;

#[tokio::test]
async fn periods_that_make_no_sense_are_refused_by_name() {
    let shop = shop::open().await;
    let by_bucket = ["sales", "revenue", "abandonment"];
    let by_day = [
        "funnel",
        "products/top",
        "users/activity",
        "reports/daily-sales",
        "reports/products",
        "reports/users",
        "reports/conversion",
        "reports/abandonment",
        "reports/cohorts",
        "users/cohorts",
    ];
    let wrong_everywhere = [
        ("from=yesterday", "from"),
        ("from=2026-13-01", "from"),
        ("from=1767614400", "from"),
        ("to=soon", "to"),
        ("from=2026-01-05&to=2026-01-05", "from"),
        ("from=2026-01-06&to=2026-01-05", "from"),
        ("from=2027-01-01", "from"),
        ("from=0001-01-01", "from"),
        ("from=2026-01-05&from=2026-01-05", "from"),
        ("surprise=1", "surprise"),
    ];
    for route in by_bucket.iter().chain(&by_day) {
        for (query, field) in wrong_everywhere {
            refused(&shop, &format!("{route}?{query}"), field).await;
        }
    }
    for route in by_bucket {
        for (query, field) in [
            ("bucket=year", "bucket"),
            ("timeZone=Mars/Olympus", "timeZone"),
            ("timeZone=Asia/Kolkata&from=2024-06-01", "from"),
            (
                "timeZone=Asia/Kolkata&from=9999-12-31&to=9999-12-31T23:59:59Z",
                "from",
            ),
            ("bucket=Day", "bucket"),
            ("bucket=minute&from=2026-01-03", "from"),
            ("bucket=hour&from=2025-10-01", "from"),
            ("bucket=day&from=2020-01-01", "from"),
        ] {
            refused(&shop, &format!("{route}?{query}"), field).await;
        }
    }
}

#[tokio::test]
async fn what_else_makes_no_sense_is_refused_by_name() {
    let shop = shop::open().await;
    for (path, field) in [
        ("funnel?bucket=hour", "bucket"),
        ("funnel?bucket=month&from=1990-01-01", "from"),
        ("users/cohorts?by=day", "by"),
        ("users/cohorts?of=luck", "of"),
        ("users/cohorts?periods=0", "periods"),
        ("users/cohorts?periods=61", "periods"),
        ("users/cohorts?from=2024-06-01", "from"),
        ("reports/daily-sales?timeZone=UTC%2B1", "timeZone"),
        ("funnel?from=2024-12-31", "from"),
        ("products/top?from=2025-09-01", "from"),
        ("products/top?by=luck", "by"),
        ("products/top?limit=0", "limit"),
        ("products/top?limit=101", "limit"),
        ("reports/products?from=2025-09-01", "from"),
        ("reports/users?format=xlsx", "format"),
        ("stream?from=2026-01-05", "from"),
    ] {
        refused(&shop, path, field).await;
    }
    let name = "x".repeat(121);
    refused(&shop, &format!("stream?type={name}"), "type").await;
}

async fn refused(shop: &revcart_testkit::TestService, path: &str, field: &str) {
    let path = format!("/api/analytics/{path}");
    let reply = shop.get(&path).token(&shop.admin).await;
    let reply = reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    assert_eq!(reply.at("/errors/0/field"), field, "{path}");
}

#[tokio::test]
async fn a_tracked_body_is_refused_for_what_is_wrong_with_it() {
    let shop = shop::open().await;
    let send = |text: String| {
        let call = shop.call(Method::POST, "/api/analytics/track");
        let call = call.token(shop.token_of(Service::Order));
        call.body("application/json", text)
    };
    for malformed in ["", "{", "nonsense"] {
        let reply = send(malformed.to_owned()).await;
        reply.expect_problem(StatusCode::BAD_REQUEST, "MALFORMED_JSON");
    }
    let wrong: [(&str, Value); 12] = [
        ("surprise", json!(1)),
        ("name", json!("searchMade")),
        ("name", json!("Search made")),
        ("name", json!("")),
        ("name", json!("S".repeat(65))),
        ("name", json!(7)),
        ("subject", json!("")),
        ("subject", json!("x".repeat(201))),
        ("data", json!("text")),
        ("data", json!({ "long": "x".repeat(17 << 10) })),
        ("id", json!("seven")),
        ("at", json!("soon")),
    ];
    for (field, value) in wrong {
        let mut body = json!({ "name": "SearchMade" });
        body[field] = value;
        let reply = send(body.to_string()).await;
        let reply = reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
        assert_eq!(reply.at("/errors/0/field"), field, "{body}");
    }
    let huge = format!("{{\"x\":\"{}\"}}", "x".repeat(10 << 20));
    assert_eq!(send(huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn ids_that_are_none_name_nothing() {
    let shop = shop::open().await;
    for id in ["7", "null", "%00"] {
        let path = format!("/api/ops/orders/{id}/timeline");
        let reply = shop.get(&path).token(&shop.admin).await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
}
