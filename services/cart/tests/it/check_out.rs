//! A customer's checkout goes on to order-service, and its answer comes back.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::post;
use http::{Method, StatusCode, header};
use revcart_testkit::Stub;
use serde_json::{Value, json};

use crate::catalogue::{start, start_with_orders};
use crate::guests::{guest, put_in};

fn body(customer: &str) -> Value {
    json!({
        "customerId": customer, "contact": {"name": "Asha", "email": "asha@example.com"},
        "shippingAddress": {"city": "Bengaluru"}, "paymentMethod": "DUMMY", "paymentToken": "tok_ok", "cartVersion": 1,
        "couponCode": "TEN", "note": "ring twice",
    })
}

#[tokio::test]
async fn a_guests_checkout_is_passed_on_with_key_and_preference() {
    let orders = Stub::new();
    let order = json!({"orderId": "1", "orderToken": "jwt"});
    orders.answer(
        Method::POST,
        "/internal/checkouts",
        StatusCode::ACCEPTED,
        order.clone(),
    );
    let (service, catalogue) = start_with_orders(orders.router()).await;
    let guest = guest();
    let cart = put_in(&service, &guest, catalogue.sell(100), 1).await;
    let reply = service
        .post("/api/v1/cart/checkout")
        .idempotency_key("once")
        .header(header::HeaderName::from_static("prefer"), "wait=60")
        .json(&body(&guest))
        .await
        .expect(StatusCode::ACCEPTED);
    assert_eq!(reply.json, order);
    let asked = orders.asked();
    let mut expected = body(&guest);
    expected.as_object_mut().unwrap().remove("customerId");
    expected["cartId"] = cart.at("/cartId").clone();
    assert_eq!(asked[0].json, expected);
    let header = |name: &str| asked[0].headers[name].to_str().unwrap().to_owned();
    assert_eq!(
        (header("idempotency-key"), header("prefer")),
        ("once".into(), "wait=30".into())
    );
    assert!(
        header("authorization").starts_with("Bearer "),
        "as a service"
    );
}

#[tokio::test]
async fn a_users_checkout_names_the_user_and_needs_their_token() {
    let orders = Stub::new();
    orders.answer(
        Method::POST,
        "/internal/checkouts",
        StatusCode::CREATED,
        json!({}),
    );
    let (service, _) = start_with_orders(orders.router()).await;
    let who = &service.customer;
    let body = json!({"customerId": who.id, "addressId": "1", "paymentMethod": "COD"});
    let call = || {
        service
            .post("/api/v1/cart/checkout")
            .idempotency_key("k")
            .json(&body)
    };
    call()
        .await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let other = call().token(&service.other_customer).await;
    other.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    assert!(orders.asked().is_empty());
    call().token(who).await.expect(StatusCode::CREATED);
    let expected =
        json!({"cartId": who.id, "userId": who.id, "addressId": "1", "paymentMethod": "COD"});
    assert_eq!(orders.asked()[0].json, expected);
    assert!(!orders.asked()[0].headers.contains_key("prefer"));
}

#[tokio::test]
async fn what_order_service_refuses_comes_back_in_its_own_words() {
    let orders = Stub::new();
    let (service, _) = start_with_orders(orders.router()).await;
    for (status, code) in [
        (StatusCode::CONFLICT, "PRICE_CHANGED"),
        (StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED"),
        (StatusCode::UNPROCESSABLE_ENTITY, "COUPON_USED_UP"),
    ] {
        let problem = json!({
            "type": "x", "title": "x", "status": status.as_u16(), "code": code, "detail": "so it is", "orderId": "7",
            "errors": [{"field": "contact.email", "message": "is missing"}],
        });
        orders.answer(Method::POST, "/internal/checkouts", status, problem);
        let reply = service
            .post("/api/v1/cart/checkout")
            .idempotency_key(code)
            .json(&body(&guest()))
            .await;
        let reply = reply.expect_problem(status, code);
        assert_eq!(
            (
                reply.at("/detail"),
                reply.at("/orderId"),
                reply.at("/errors/0/field")
            ),
            (&json!("so it is"), &json!("7"), &json!("contact.email"))
        );
    }
}

#[tokio::test]
async fn the_address_of_the_order_and_that_it_was_told_before_come_back_too() {
    let answer = || async {
        let headers = [
            ("location", "/api/orders/7"),
            ("idempotency-replayed", "true"),
            ("x-other", "1"),
        ];
        (
            StatusCode::CREATED,
            headers,
            axum::Json(json!({"orderId": "7"})),
        )
            .into_response()
    };
    let orders = Router::new().route("/internal/checkouts", post(answer));
    let (service, _) = start_with_orders(orders).await;
    let call = service.post("/api/v1/cart/checkout").idempotency_key("k");
    let reply = call.json(&body(&guest())).await.expect(StatusCode::CREATED);
    assert_eq!(
        (
            reply.header("location"),
            reply.header("idempotency-replayed"),
            reply.header("x-other")
        ),
        (Some("/api/orders/7"), Some("true"), None)
    );
}

#[tokio::test]
async fn a_checkout_needs_a_key_and_an_order_service() {
    let (service, _) = start().await;
    let reply = service
        .post("/api/v1/cart/checkout")
        .json(&body(&guest()))
        .await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "IDEMPOTENCY_KEY_REQUIRED");
    let call = service.post("/api/v1/cart/checkout").idempotency_key("k");
    let reply = call.json(&body(&guest())).await;
    reply.expect_problem(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE");
}
