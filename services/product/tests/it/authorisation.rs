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

#[tokio::test]
async fn every_route_is_open_to_exactly_those_it_is_for() {
    let shop = shop::open().await;
    let id = ProductId::new();
    let order = OrderId::new();
    let routes = [
        (Method::GET, "/api/products".to_owned(), For::Everybody),
        (
            Method::GET,
            "/api/products/search".to_owned(),
            For::Everybody,
        ),
        (
            Method::GET,
            format!("/api/products/batch?ids={id}"),
            For::Everybody,
        ),
        (Method::GET, format!("/api/products/{id}"), For::Everybody),
        (
            Method::GET,
            format!("/api/products/{id}/stock"),
            For::Everybody,
        ),
        (
            Method::GET,
            "/api/products/category/books".to_owned(),
            For::Everybody,
        ),
        (Method::GET, "/api/categories".to_owned(), For::Everybody),
        (Method::POST, "/api/products".to_owned(), For::Admins),
        (Method::PUT, format!("/api/products/{id}"), For::Admins),
        (Method::DELETE, format!("/api/products/{id}"), For::Admins),
        (Method::POST, "/api/categories".to_owned(), For::Admins),
        (Method::PUT, format!("/api/categories/{id}"), For::Admins),
        (Method::GET, format!("/api/inventory/{id}"), For::Admins),
        (
            Method::GET,
            format!("/api/inventory/{id}/movements"),
            For::Admins,
        ),
        (
            Method::POST,
            "/api/inventory/adjustments".to_owned(),
            For::Admins,
        ),
        (
            Method::PUT,
            "/api/products/stock/reserve".to_owned(),
            For::Services,
        ),
        (
            Method::PUT,
            "/api/products/stock/release".to_owned(),
            For::Services,
        ),
        (
            Method::GET,
            format!("/internal/trace/{order}"),
            For::Services,
        ),
    ];
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
    for (method, path, whom) in routes {
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
