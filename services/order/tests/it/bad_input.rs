//! Every route answers nonsense with the right 4xx and a problem, every malformed message becomes a dead letter.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared_events::{Attributes, OrderId, StockReserved};

use crate::shop::{Shop, address, order, stock_reserved};

const CHECKOUT: &str = "/api/orders/checkout";

async fn checkout_of(shop: &Shop, body: &Value) -> Value {
    let refused = shop.checkout_as("k", body).await;
    refused
        .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED")
        .json
}

#[tokio::test]
async fn a_checkout_without_a_key_is_refused() {
    let shop = Shop::open().await;
    let call = shop.post(CHECKOUT).token(&shop.customer).json(&order());
    call.await
        .expect_problem(StatusCode::BAD_REQUEST, "IDEMPOTENCY_KEY_REQUIRED");
}

#[tokio::test]
async fn fields_of_a_checkout_that_are_wrong_are_named() {
    let shop = Shop::open().await;
    let mut wrong_address = address();
    wrong_address["postalCode"] = json!("");
    for (body, field) in [
        (json!({"shippingAddress": address()}), "paymentMethod"),
        (
            json!({"shippingAddress": address(), "paymentMethod": "GOLD"}),
            "paymentMethod",
        ),
        (json!({"paymentMethod": "COD"}), "addressId"),
        (
            json!({"paymentMethod": "COD", "addressId": OrderId::new(), "shippingAddress": address()}),
            "addressId",
        ),
        (
            json!({"paymentMethod": "COD", "addressId": "home"}),
            "addressId",
        ),
        (
            json!({"paymentMethod": "COD", "shippingAddress": wrong_address}),
            "shippingAddress.postalCode",
        ),
        (
            json!({"paymentMethod": "COD", "shippingAddress": {"city": "Bengaluru"}}),
            "shippingAddress.recipient",
        ),
        (
            json!({"paymentMethod": "COD", "shippingAddress": address(), "cartVersion": -1}),
            "cartVersion",
        ),
        (
            json!({"paymentMethod": "COD", "shippingAddress": address(), "paymentToken": ""}),
            "paymentToken",
        ),
        (
            json!({"paymentMethod": "COD", "shippingAddress": address(), "note": "x".repeat(501)}),
            "note",
        ),
        (
            json!({"paymentMethod": "COD", "shippingAddress": address(), "note": "a\u{0}b"}),
            "note",
        ),
        (
            json!({"paymentMethod": "COD", "shippingAddress": address(), "paymentToken": "a\u{0}b"}),
            "paymentToken",
        ),
        (
            json!({"paymentMethod": "COD", "shippingAddress": address(), "total": "1.00"}),
            "total",
        ),
    ] {
        let problem = checkout_of(&shop, &body).await;
        assert_eq!(problem["errors"][0]["field"], field, "{body}");
    }
    shop.settle().await;
    assert!(shop.said().is_empty());
}

#[tokio::test]
async fn a_country_is_two_letters_by_which_its_taxes_are_found() {
    let shop = Shop::open().await;
    for country in ["India", "IND", "I", "", "I1", " IN", "IN\n", "ÄÖ"] {
        let mut abroad = address();
        abroad["country"] = json!(country);
        let body = json!({"paymentMethod": "COD", "shippingAddress": abroad});
        let problem = checkout_of(&shop, &body).await;
        let field = &problem["errors"][0]["field"];
        assert_eq!(field, "shippingAddress.country", "{country:?}");
    }
}

#[tokio::test]
async fn a_wrong_payment_token_is_not_repeated_in_the_answer() {
    let shop = Shop::open().await;
    let body = json!({"paymentMethod": "COD", "shippingAddress": address(), "paymentToken": "s".repeat(300)});
    assert!(!checkout_of(&shop, &body).await.to_string().contains("sss"));
}

#[tokio::test]
async fn every_route_with_a_body_refuses_what_is_not_its_json() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let routes = [
        (Method::POST, CHECKOUT.to_owned()),
        (Method::PUT, format!("/api/orders/{id}/cancel")),
        (Method::PUT, format!("/api/orders/{id}/status")),
        (Method::POST, format!("/api/ops/sagas/{id}/retry")),
        (Method::POST, format!("/api/ops/sagas/{id}/skip")),
        (Method::POST, format!("/api/ops/sagas/{id}/compensate")),
        (Method::POST, format!("/api/ops/sagas/{id}/force-forward")),
    ];
    for (method, path) in routes {
        let call = || {
            shop.call(method.clone(), &path)
                .token(&shop.admin)
                .idempotency_key("k")
        };
        let json = |body: &str| call().body("application/json", body.to_owned());
        json("{\"reason\": ")
            .await
            .expect_problem(StatusCode::BAD_REQUEST, "MALFORMED_JSON");
        for body in [
            "[1, 2]",
            "7",
            "\"text\"",
            "{\"surprise\": 1}",
            "{\"reason\": 7}",
        ] {
            json(body)
                .await
                .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
        }
        let text = call().body("text/plain", "{}").await;
        text.expect_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE");
        let large = json(&format!("{{\"reason\": \"{}\"}}", "x".repeat(10_000_000))).await;
        large.expect_problem(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE");
    }
    assert_eq!(shop.status(id).await, "PLACED");
}

#[tokio::test]
async fn a_reason_is_needed_where_a_person_takes_a_hand() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    for body in [
        json!({}),
        json!({"reason": ""}),
        json!({"reason": "x".repeat(501)}),
    ] {
        let call = shop
            .post(&format!("/api/ops/sagas/{id}/compensate"))
            .token(&shop.admin)
            .json(&body);
        let refused = call
            .await
            .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
        assert_eq!(refused.at("/errors/0/field"), "reason");
    }
}

#[tokio::test]
async fn an_id_that_is_none_names_nothing() {
    let shop = Shop::open().await;
    for path in [
        "/api/orders/7",
        "/api/orders/7/status",
        "/api/orders/7/invoice",
        "/api/orders/number/7",
        "/api/orders/user/me",
        "/api/ops/sagas/RC-7K3M-9QXF",
    ] {
        shop.get(path)
            .token(&shop.admin)
            .await
            .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    let call = shop.put("/api/orders/7/cancel").token(&shop.admin);
    call.await
        .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn lists_refuse_wrong_pages_and_states() {
    let shop = Shop::open().await;
    for (path, code) in [
        ("/api/orders?limit=0", "VALIDATION_FAILED"),
        ("/api/orders?limit=101", "VALIDATION_FAILED"),
        ("/api/orders?cursor=%21", "BAD_CURSOR"),
        ("/api/ops/sagas?status=LOST", "VALIDATION_FAILED"),
        ("/api/ops/sagas?state=RUNNING", "VALIDATION_FAILED"),
        ("/api/ops/sagas?cursor=bm9wZQ", "BAD_CURSOR"),
    ] {
        let reply = shop.get(path).token(&shop.admin).await;
        assert!(reply.status.is_client_error(), "{path}");
        assert_eq!(reply.json["code"], code, "{path}");
    }
}

#[tokio::test]
async fn a_malformed_message_becomes_a_dead_letter_and_the_others_are_handled() {
    let mut shop = Shop::open().await;
    let id = shop.place().await;
    let asked = shop.sent_once::<shared_events::ReserveStock>();
    let nonsense = [
        " ",
        "{",
        "[]",
        "{\"specversion\": \"1.0\"}",
        "not json at all",
    ];
    for body in nonsense {
        shop.deliver_raw(body, Attributes::default()).await;
    }
    shop.deliver(stock_reserved(&asked)).await;
    let letters = shop.service.dead_letters().await;
    assert_eq!(letters.len(), nonsense.len());
    assert!(
        letters
            .iter()
            .all(|letter| letter.class() == "undecodable" && !letter.reason().is_empty())
    );
    assert_eq!(shop.saga(id).await["step"], "payment");
}

#[tokio::test]
async fn an_answer_to_the_saga_of_an_unknown_order_becomes_a_dead_letter_alone() {
    let mut shop = Shop::open().await;
    let id = shop.place().await;
    let asked = shop.sent_once::<shared_events::ReserveStock>();
    shop.deliver(StockReserved {
        order_id: OrderId::new(),
        ..stock_reserved(&asked)
    })
    .await;
    shop.deliver(stock_reserved(&asked)).await;
    let letters = shop.service.dead_letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].class(), "permanent");
    assert_eq!(shop.saga(id).await["step"], "payment");
}

#[tokio::test]
async fn a_fact_about_something_that_was_not_ordered_here_is_passed_over() {
    let shop = Shop::open().await;
    shop.pick_up(OrderId::new()).await;
    assert!(shop.said().is_empty());
}
