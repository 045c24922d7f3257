use http::{Method, StatusCode};
use revcart_http_edge::Role;
use shared_events::{OrderId, ProductId, Service};

use crate::shop;

/// Who may.
#[derive(Clone, Copy, PartialEq)]
enum For {
    Everybody,
    Admins,
    Services,
}

fn routes() -> Vec<(Method, String, For)> {
    let (id, order) = (ProductId::new(), OrderId::new());
    let public = |path: &str| (Method::GET, path.to_owned(), For::Everybody);
    let admin = |method, path: &str| (method, path.to_owned(), For::Admins);
    let internal = |method, path: &str| (method, path.to_owned(), For::Services);
    vec![
        public("/api/products"),
        public("/api/products/search"),
        public(&format!("/api/products/batch?ids={id}")),
        public(&format!("/api/products/{id}")),
        public(&format!("/api/products/{id}/stock")),
        public("/api/products/category/books"),
        public("/api/categories"),
        public("/api/categories/tree"),
        public(&format!("/api/products/{id}/images/{}", "0".repeat(64))),
        admin(Method::POST, &format!("/api/products/{id}/images")),
        admin(
            Method::DELETE,
            &format!("/api/products/{id}/images/{}", "0".repeat(64)),
        ),
        admin(Method::GET, "/api/products/export.csv"),
        admin(Method::POST, "/api/products/import"),
        admin(Method::GET, "/api/inventory/low"),
        admin(Method::PUT, &format!("/api/inventory/{id}")),
        admin(Method::POST, "/api/products"),
        admin(Method::PUT, &format!("/api/products/{id}")),
        admin(Method::DELETE, &format!("/api/products/{id}")),
        admin(Method::POST, "/api/categories"),
        admin(Method::PUT, &format!("/api/categories/{id}")),
        admin(Method::GET, &format!("/api/inventory/{id}")),
        admin(Method::GET, &format!("/api/inventory/{id}/movements")),
        admin(Method::POST, "/api/inventory/adjustments"),
        internal(Method::PUT, "/api/products/stock/reserve"),
        internal(Method::PUT, "/api/products/stock/release"),
        internal(Method::GET, &format!("/internal/trace/{order}")),
    ]
    .into_iter()
    .chain(buying())
    .collect()
}

fn buying() -> Vec<(Method, String, For)> {
    let id = ProductId::new();
    let admin = |method, path: &str| (method, path.to_owned(), For::Admins);
    vec![
        admin(Method::GET, "/api/suppliers"),
        admin(Method::POST, "/api/suppliers"),
        admin(Method::GET, &format!("/api/suppliers/{id}")),
        admin(Method::PUT, &format!("/api/suppliers/{id}")),
        admin(Method::DELETE, &format!("/api/suppliers/{id}")),
        admin(Method::GET, &format!("/api/suppliers/{id}/purchase-orders")),
        admin(
            Method::POST,
            &format!("/api/suppliers/{id}/purchase-orders"),
        ),
        admin(
            Method::GET,
            &format!("/api/suppliers/{id}/purchase-orders/{id}"),
        ),
        admin(
            Method::POST,
            &format!("/api/suppliers/{id}/purchase-orders/{id}/send"),
        ),
        admin(
            Method::POST,
            &format!("/api/suppliers/{id}/purchase-orders/{id}/receive"),
        ),
        admin(
            Method::POST,
            &format!("/api/suppliers/{id}/purchase-orders/{id}/cancel"),
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
        let call = || shop.call(method.clone(), &path);
        let anonymous = call().await.status;
        let unknown = StatusCode::UNAUTHORIZED;
        assert_eq!(
            anonymous == unknown,
            whom != For::Everybody,
            "{method} {path}"
        );
        for bad in [expired.as_str(), "forged.token.here"] {
            assert_eq!(call().token(bad).await.status, unknown, "{method} {path}");
        }
        for (name, token, group) in &callers {
            let status = call().token(token).await.status;
            let admitted = whom == For::Everybody || Some(whom) == *group;
            let refused = status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !admitted, "{name}: {method} {path} {status}");
            assert!(!status.is_server_error(), "{name}: {method} {path}");
        }
    }
}
