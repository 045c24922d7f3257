use http::{Method, StatusCode};
use revcart_http_edge::Role;
use shared_events::{OrderId, Service};

use crate::shop;

/// Who may.
#[derive(Clone, Copy, PartialEq)]
enum For {
    Admins,
    Services,
}

/// Every route, and whom it is for.
fn routes() -> Vec<(Method, String, For)> {
    let get = |path: &str| (Method::GET, format!("/api/analytics/{path}"), For::Admins);
    let timeline = format!("/api/ops/orders/{}/timeline", OrderId::new());
    vec![
        get("dashboard"),
        get("sales"),
        get("revenue"),
        get("funnel"),
        get("products/top"),
        get("users/activity"),
        get("users/cohorts"),
        get("abandonment"),
        get("rebuild"),
        (
            Method::POST,
            "/api/analytics/rebuild".to_owned(),
            For::Admins,
        ),
        get("reports/abandonment"),
        get("reports/cohorts"),
        get("reports/daily-sales"),
        get("reports/products?format=csv"),
        get("reports/users"),
        get("reports/conversion"),
        get("stream"),
        (Method::GET, timeline, For::Admins),
        (
            Method::POST,
            "/api/analytics/track".to_owned(),
            For::Services,
        ),
    ]
}

#[tokio::test]
async fn every_route_is_open_to_exactly_those_it_is_for() {
    let shop = shop::open().await;
    let callers = [
        ("customer", shop.customer.token.clone(), None),
        ("agent", shop.agent.token.clone(), None),
        ("admin", shop.admin.token.clone(), Some(For::Admins)),
        (
            "service",
            shop.token_of(Service::Order),
            Some(For::Services),
        ),
    ];
    let expired = shop.keys().expired_token(shop.admin.id, Role::Admin);
    for (method, path, whom) in routes() {
        // Only the head: a stream has no end.
        let call = || shop.call(method.clone(), &path);
        let unknown = StatusCode::UNAUTHORIZED;
        assert_eq!(call().response().await.status(), unknown, "{method} {path}");
        for bad in [expired.as_str(), "forged.token.here"] {
            let status = call().token(bad).response().await.status();
            assert_eq!(status, unknown, "{method} {path}");
        }
        for (name, token, group) in &callers {
            let status = call().token(token).response().await.status();
            let refused = status == StatusCode::FORBIDDEN;
            assert_eq!(
                refused,
                Some(whom) != *group,
                "{name}: {method} {path} {status}"
            );
            assert!(!status.is_server_error(), "{name}: {method} {path}");
        }
    }
}
