use http::{Method, StatusCode};
use revcart_testkit::TestService;
use revcart_testkit::bad_input::{refuses_bad_bodies, refuses_value};
use serde_json::{Value, json};
use shared_events::{ProductId, Service};

use crate::shop::{self, draft};

/// Every route that takes a body, with one that it accepts.
fn bodies(product: ProductId) -> Vec<(Method, String, Value)> {
    let category = json!({ "name": "Books", "slug": "books", "description": "Read." });
    let path = |path: &str| path.to_owned();
    vec![
        (Method::POST, path("/api/products"), draft("KET-1", 1)),
        (
            Method::PUT,
            format!("/api/products/{product}"),
            json!({ "name": "Kettle", "price": { "amount": "1.00", "currency": "INR" }, "version": 1 }),
        ),
        (Method::POST, path("/api/categories"), category),
        (
            Method::PUT,
            format!("/api/categories/{product}"),
            json!({ "name": "Books", "version": 1 }),
        ),
        (
            Method::PUT,
            path("/api/products/stock/reserve"),
            json!({ "lines": [{ "productId": product, "quantity": 1 }] }),
        ),
        (
            Method::PUT,
            path("/api/products/stock/release"),
            json!({ "reservationId": product }),
        ),
        (
            Method::PUT,
            format!("/api/inventory/{product}"),
            json!({ "lowStockThreshold": 1 }),
        ),
        (
            Method::POST,
            path("/api/suppliers"),
            json!({ "name": "Potters", "email": "orders@potters.example", "note": "" }),
        ),
        (
            Method::PUT,
            format!("/api/suppliers/{product}"),
            json!({ "name": "Potters", "active": true, "version": 1 }),
        ),
        (
            Method::POST,
            format!("/api/suppliers/{product}/purchase-orders"),
            json!({ "lines": [{ "productId": product, "quantity": 1 }], "expectedOn": "2031-01-31" }),
        ),
        (
            Method::POST,
            path("/api/inventory/adjustments"),
            json!({ "productId": product, "quantity": 1, "reason": "counted" }),
        ),
    ]
}

fn token(shop: &TestService, path: &str) -> String {
    if path.contains("/stock/") {
        shop.token_of(Service::Order)
    } else {
        shop.admin.token.clone()
    }
}

#[tokio::test]
async fn every_body_is_refused_for_what_is_wrong_with_it() {
    let shop = shop::open().await;
    for (method, path, good) in bodies(ProductId::new()) {
        let token = token(&shop, &path);
        refuses_bad_bodies(|| shop.call(method.clone(), &path).token(&token), &good).await;
    }
}

/// Path, field, and a value that the field does not take.
fn out_of_bounds(product: ProductId) -> Vec<(&'static str, &'static str, Value)> {
    let long = "x".repeat(201);
    let price = |amount: &str, currency: &str| json!({ "amount": amount, "currency": currency });
    let lines = |quantity: Value| json!([{ "productId": product, "quantity": quantity }]);
    let many = vec![json!({ "productId": product, "quantity": 1 }); 101];
    vec![
        ("/api/products", "sku", json!("a b")),
        ("/api/products", "sku", json!("")),
        ("/api/products", "name", json!("  ")),
        ("/api/products", "name", json!(long)),
        ("/api/products", "price", price("0.00", "INR")),
        ("/api/products", "price", price("-1.00", "INR")),
        ("/api/products", "price", price("1.001", "INR")),
        ("/api/products", "price", price("1.00", "USD")),
        (
            "/api/products",
            "price",
            json!({ "amount": 1, "currency": "INR" }),
        ),
        ("/api/products", "stock", json!(-1)),
        ("/api/products", "stock", json!(1.5)),
        ("/api/products", "stock", json!(1_000_001)),
        ("/api/products", "lowStockThreshold", json!(-1)),
        ("/api/products", "categoryId", json!("seven")),
        ("/api/categories", "slug", json!("Not A Slug")),
        ("/api/categories", "name", json!("")),
        ("/api/products/stock/reserve", "lines", json!([])),
        ("/api/products/stock/reserve", "lines", json!(many)),
        ("/api/products/stock/reserve", "lines", lines(json!(0))),
        ("/api/products/stock/reserve", "lines", lines(json!(-1))),
        ("/api/products/stock/reserve", "lines", lines(json!(1.5))),
        (
            "/api/products/stock/reserve",
            "lines",
            lines(json!(1_000_001)),
        ),
        ("/api/products/stock/reserve", "expiresInSeconds", json!(0)),
        ("/api/products/stock/reserve", "expiresInSeconds", json!(-1)),
        ("/api/inventory/adjustments", "quantity", json!(0)),
        ("/api/inventory/adjustments", "quantity", json!(1_000_001)),
        ("/api/inventory/adjustments", "quantity", json!(1e300)),
        ("/api/inventory/adjustments", "reason", json!(" ")),
        ("/api/inventory/adjustments", "reason", json!("a\0b")),
        ("/api/products", "name", json!("a\0b")),
        ("/api/products", "description", json!("a\0b")),
        ("/api/categories", "parentId", json!("seven")),
        ("/api/suppliers", "name", json!(" ")),
        ("/api/suppliers", "email", json!("nobody")),
        ("/api/suppliers", "phone", json!("")),
        ("/api/suppliers", "note", json!("a\0b")),
        ("/api/inventory/adjustments", "productId", json!("seven")),
    ]
}

#[tokio::test]
async fn values_out_of_bounds_are_refused_by_name() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    let bodies = bodies(product);
    for (path, field, value) in out_of_bounds(product) {
        let (method, _, good) = bodies.iter().find(|(_, it, _)| it == path).unwrap();
        let token = token(&shop, path);
        let call = || shop.call(method.clone(), path).token(&token);
        refuses_value(call, good, field, value).await;
    }
    assert_eq!(shop::figures(&shop, product).await, [5, 0, 5, 0]);
}

#[tokio::test]
async fn queries_are_as_strict_as_bodies() {
    let shop = shop::open().await;
    let refused = [
        ("/api/products/search?surprise=1", "surprise"),
        ("/api/products/search?minPrice=cheap", "minPrice"),
        ("/api/products/search?maxPrice=1.001", "maxPrice"),
        ("/api/products/search?inStock=maybe", "inStock"),
        ("/api/products/search?sort=luck", "sort"),
        ("/api/products/search?limit=0", "limit"),
        ("/api/products?limit=101", "limit"),
        ("/api/products?limit=-1", "limit"),
        ("/api/products/batch", "ids"),
        ("/api/products/batch?ids=1,2", "ids"),
    ];
    for (path, field) in refused {
        let reply = shop.get(path).await;
        let reply = reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
        assert_eq!(reply.at("/errors/0/field"), field, "{path}");
    }
    for path in ["/api/products", "/api/products/search", "/api/categories"] {
        for cursor in ["x", "e30", "bnVsbA"] {
            let reply = shop.get(&format!("{path}?cursor={cursor}")).await;
            reply.expect_problem(StatusCode::BAD_REQUEST, "BAD_CURSOR");
        }
    }
    let many = vec![ProductId::new().to_string(); 101].join(",");
    let reply = shop.get(&format!("/api/products/batch?ids={many}")).await;
    reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
}

#[tokio::test]
async fn ids_that_are_none_name_nothing() {
    let shop = shop::open().await;
    let unknown = ProductId::new().to_string();
    for id in ["7", "null", "%00", unknown.as_str()] {
        let paths = [
            format!("/api/products/{id}"),
            format!("/api/products/{id}/stock"),
            format!("/api/products/category/{id}"),
            format!("/api/inventory/{id}"),
        ];
        for path in paths {
            let reply = shop.get(&path).token(&shop.admin).await;
            reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        }
    }
}
