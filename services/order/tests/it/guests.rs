//! Orders of people without an account, asked for by cart-service, seen by the token in the answer.

use http::StatusCode;
use revcart_testkit::{Call, Reply};
use serde_json::{Value, json};
use shared_events::{
    AssignDelivery, CancelledBy, MessageId, OrderCancelled, OrderId, OrderPlaced, RequestPayment,
    Service,
};

use crate::shop::{Shop, address, order_id};

fn body(shop: &Shop) -> Value {
    json!({"cartId": shop.cart_id, "contact": {"name": "Meera Nair", "email": "meera@example.com", "phone": "+91 80 5550 9876"},
           "shippingAddress": address(), "paymentMethod": "DUMMY", "paymentToken": "tok_ok"})
}

fn checkout(shop: &Shop, key: &str, body: &Value) -> Call {
    shop.post("/internal/checkouts")
        .token(shop.token_of(Service::Cart))
        .idempotency_key(key)
        .json(body)
}

fn token(reply: &Reply) -> String {
    reply.at("/orderToken").as_str().unwrap().to_owned()
}

/// A guest's order and the token that opens it.
async fn placed(shop: &Shop) -> (OrderId, String) {
    let key = MessageId::new().to_string();
    let placed = checkout(shop, &key, &body(shop)).await;
    let placed = placed.expect(StatusCode::ACCEPTED);
    shop.settle().await;
    (order_id(&placed.json), token(&placed))
}

#[tokio::test]
async fn a_guest_orders_by_name_and_mail_and_is_told_so_in_events_and_commands() {
    let shop = Shop::open().await;
    let (id, _) = placed(&shop).await;
    assert!(
        shop.user.asked().is_empty(),
        "nobody to ask user-service about"
    );
    let placed = shop.published_once::<OrderPlaced>();
    assert_eq!((placed.order_id, placed.user_id), (id, None));
    assert_eq!(placed.contact.unwrap().email, "meera@example.com");
    shop.reserve(id).await;
    assert_eq!(shop.sent_once::<RequestPayment>().user_id, None);
    shop.pay(id).await;
    let delivery = shop.sent_once::<AssignDelivery>();
    assert_eq!(delivery.contact.name, "Meera Nair");
}

#[tokio::test]
async fn a_guest_sees_their_order_its_status_and_its_invoice_and_cancels() {
    let shop = Shop::open().await;
    let (id, token) = placed(&shop).await;
    let path = format!("/api/orders/{id}");
    let shown = shop.get(&path).token(&token).await.expect(StatusCode::OK);
    assert_eq!(shown.at("/contact/name"), "Meera Nair");
    assert_eq!(shown.at("/orderToken"), &Value::Null, "it is told once");
    let status = shop.get(&format!("{path}/status")).token(&token).await;
    assert_eq!(status.expect(StatusCode::OK).at("/status"), "PLACED");
    let mut live = shop
        .get(&format!("{path}/status"))
        .token(&token)
        .events()
        .await;
    assert!(live.next().await.unwrap().contains("PLACED"));
    shop.reserve(id).await;
    shop.pay(id).await;
    assert!(live.next().await.unwrap().contains("CONFIRMED"));
    let invoice = shop.get(&format!("{path}/invoice")).token(&token).await;
    assert!(invoice.expect(StatusCode::OK).text().contains("Meera Nair"));
    let cancelled = shop.put(&format!("{path}/cancel")).token(&token).await;
    assert_eq!(
        cancelled.expect(StatusCode::ACCEPTED).at("/status"),
        "CANCELLING"
    );
    shop.settle().await;
    let paid = shared_events::Money::from_minor(48_940, shared_events::Currency::INR);
    shop.undo(id, paid).await;
    let cancelled = shop.published_once::<OrderCancelled>();
    assert_eq!(
        (cancelled.user_id, cancelled.cancelled_by),
        (None, CancelledBy::Customer)
    );
}

#[tokio::test]
async fn a_guests_token_opens_nothing_else() {
    let shop = Shop::open().await;
    let (id, token) = placed(&shop).await;
    shop.cart_holds(4, &[(shop.tea, 1, "199.00")]);
    let (other, _) = placed(&shop).await;
    shop.cart_holds(5, &[(shop.tea, 1, "199.00")]);
    let users = shop.place().await;
    for order in [other, users, OrderId::new()] {
        for path in ["", "/status", "/invoice"] {
            let call = shop
                .get(&format!("/api/orders/{order}{path}"))
                .token(&token);
            call.await
                .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
        }
        let call = shop
            .put(&format!("/api/orders/{order}/cancel"))
            .token(&token);
        call.await
            .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
    for call in [
        shop.get("/api/orders"),
        shop.get("/api/orders/all"),
        shop.post(&format!("/api/orders/{id}/reorder")),
        shop.get(&format!("/api/ops/sagas/{id}")),
    ] {
        call.token(&token)
            .await
            .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    }
    for stranger in [&shop.customer, &shop.agent] {
        let call = shop.get(&format!("/api/orders/{id}")).token(stranger);
        call.await
            .expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_repeated_answer_has_a_token_too_and_none_is_kept() {
    let shop = Shop::open().await;
    let first = checkout(&shop, "key", &body(&shop))
        .await
        .expect(StatusCode::ACCEPTED);
    let again = checkout(&shop, "key", &body(&shop))
        .await
        .expect(StatusCode::ACCEPTED);
    assert_eq!(order_id(&first.json), order_id(&again.json));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let path = format!("/api/orders/{}", order_id(&first.json));
    for reply in [&first, &again] {
        shop.get(&path)
            .token(token(reply))
            .await
            .expect(StatusCode::OK);
    }
    let sql = "SELECT body FROM idempotency_keys";
    let kept = crate::shop::texts(&shop, sql, "body").await;
    assert!(!kept.is_empty() && !kept.concat().contains("orderToken"));
}

#[tokio::test]
async fn a_guest_who_waits_is_told_how_it_ended_with_the_token() {
    let shop = Shop::open().await;
    let call = checkout(&shop, "key", &body(&shop))
        .header(http::header::HeaderName::from_static("prefer"), "wait=10");
    let ending = async {
        let asked = shop.first_command().await;
        shop.refuse_stock(asked.order_id).await;
    };
    let (reply, ()) = futures::future::join(call.into_future(), ending).await;
    let refused = reply.expect_problem(StatusCode::CONFLICT, "OUT_OF_STOCK");
    let path = format!("/api/orders/{}", order_id(&refused.json));
    let shown = shop
        .get(&path)
        .token(token(&refused))
        .await
        .expect(StatusCode::OK);
    assert_eq!(shown.at("/status"), "CANCELLED");
}

#[tokio::test]
async fn keys_of_two_carts_are_two_keys() {
    let shop = Shop::open().await;
    let first = checkout(&shop, "key", &body(&shop))
        .await
        .expect(StatusCode::ACCEPTED);
    shop.cart_holds(4, &[(shop.tea, 1, "199.00")]);
    let mut other = body(&shop);
    other["cartId"] = json!(shared_events::CartId::new());
    let second = checkout(&shop, "key", &other)
        .await
        .expect(StatusCode::ACCEPTED);
    assert_ne!(order_id(&first.json), order_id(&second.json));
}

#[tokio::test]
async fn a_user_who_comes_by_the_carts_route_has_a_users_order() {
    let shop = Shop::open().await;
    let body = json!({"cartId": shop.customer.id.as_uuid(), "userId": shop.customer.id, "shippingAddress": address(),
                      "paymentMethod": "COD"});
    let placed = checkout(&shop, "key", &body)
        .await
        .expect(StatusCode::ACCEPTED);
    assert_eq!(placed.at("/userId"), &json!(shop.customer.id));
    assert_eq!(
        (placed.at("/orderToken"), placed.at("/contact")),
        (&Value::Null, &Value::Null)
    );
    shop.shown(order_id(&placed.json)).await;
}

#[tokio::test]
async fn what_a_guest_must_and_must_not_give_is_named() {
    let shop = Shop::open().await;
    let with = |pointer: &str, value: Value| {
        let mut body = body(&shop);
        match pointer.split_once('/') {
            None => body[pointer] = value,
            Some((object, field)) => body[object][field] = value,
        }
        body
    };
    for (body, field) in [
        (with("contact", Value::Null), "contact"),
        (with("userId", json!(shop.customer.id)), "contact"),
        (with("contact/email", json!("meera")), "contact.email"),
        (with("contact/name", json!("")), "contact.name"),
        (with("addressId", json!(OrderId::new())), "addressId"),
        (with("shippingAddress", Value::Null), "addressId"),
        (with("cartId", json!("cart")), "cartId"),
    ] {
        let refused = checkout(&shop, "key", &body).await;
        let refused = refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
        assert_eq!(refused.at("/errors/0/field"), field, "{body}");
    }
}

#[tokio::test]
async fn only_services_speak_for_guests() {
    let shop = Shop::open().await;
    for person in [&shop.customer, &shop.agent, &shop.admin] {
        let call = shop.post("/internal/checkouts").token(person);
        let call = call.idempotency_key("key").json(&body(&shop));
        call.await
            .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    }
}
