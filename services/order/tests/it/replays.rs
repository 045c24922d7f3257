//! Nothing happens twice: repeated requests, two checkouts of one cart.

use http::StatusCode;
use serde_json::json;
use shared_events::{MessageId, OrderPlaced};

use crate::shop::{Shop, address, order, order_id};

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer_and_makes_no_second_order() {
    let shop = Shop::open().await;
    let first = shop
        .checkout_as("key", &order())
        .await
        .expect(StatusCode::ACCEPTED);
    let again = shop
        .checkout_as("key", &order())
        .await
        .expect(StatusCode::ACCEPTED);
    assert_eq!(first.json, again.json);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    shop.settle().await;
    shop.published_once::<OrderPlaced>();
}

#[tokio::test]
async fn the_answer_is_found_again_when_the_cart_is_empty_by_then() {
    let shop = Shop::open().await;
    let first = shop
        .checkout_as("key", &order())
        .await
        .expect(StatusCode::ACCEPTED);
    shop.cart_holds(4, &[]);
    let again = shop
        .checkout_as("key", &order())
        .await
        .expect(StatusCode::ACCEPTED);
    assert_eq!(order_id(&first.json), order_id(&again.json));
    shop.checkout_as("new", &order())
        .await
        .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "CART_EMPTY");
}

#[tokio::test]
async fn a_key_used_for_another_request_is_refused() {
    let shop = Shop::open().await;
    shop.checkout_as("key", &order())
        .await
        .expect(StatusCode::ACCEPTED);
    let other = json!({"shippingAddress": address(), "paymentMethod": "COD"});
    let refused = shop.checkout_as("key", &other).await;
    refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn a_key_belongs_to_whoever_sent_it() {
    let shop = Shop::open().await;
    let mine = shop
        .checkout_as("key", &order())
        .await
        .expect(StatusCode::ACCEPTED);
    shop.cart_holds(8, &[(shop.tea, 1, "199.00")]);
    let theirs = shop
        .post("/api/orders/checkout")
        .token(&shop.other_customer)
        .idempotency_key("key")
        .json(&order());
    let theirs = theirs.await.expect(StatusCode::ACCEPTED);
    assert_ne!(order_id(&mine.json), order_id(&theirs.json));
}

#[tokio::test]
async fn a_second_checkout_of_the_same_cart_is_refused_with_the_first_order() {
    let shop = Shop::open().await;
    let first = shop.place().await;
    let refused = shop
        .checkout()
        .await
        .expect_problem(StatusCode::CONFLICT, "ALREADY_CHECKED_OUT");
    assert_eq!(order_id(&refused.json), first);
}

#[tokio::test]
async fn of_many_checkouts_of_one_cart_at_once_exactly_one_makes_an_order() {
    let shop = Shop::open().await;
    let calls = (0..20).map(|_| {
        shop.checkout_as(&MessageId::new().to_string(), &order())
            .into_future()
    });
    let replies = futures::future::join_all(calls).await;
    let (made, refused): (Vec<_>, Vec<_>) = replies
        .into_iter()
        .partition(|reply| reply.status == StatusCode::ACCEPTED);
    assert_eq!(made.len(), 1);
    let winner = order_id(&made[0].json);
    for reply in refused {
        let reply = reply.expect_problem(StatusCode::CONFLICT, "ALREADY_CHECKED_OUT");
        assert_eq!(order_id(&reply.json), winner);
    }
    shop.settle().await;
    shop.published_once::<OrderPlaced>();
}

#[tokio::test]
async fn of_many_requests_with_one_key_at_once_exactly_one_makes_an_order() {
    let shop = Shop::open().await;
    let calls = (0..20).map(|_| shop.checkout_as("key", &order()).into_future());
    for reply in futures::future::join_all(calls).await {
        match reply.status {
            StatusCode::ACCEPTED => {}
            _ => drop(reply.expect_problem(StatusCode::CONFLICT, "IDEMPOTENCY_KEY_IN_USE")),
        }
    }
    shop.settle().await;
    shop.published_once::<OrderPlaced>();
}

#[tokio::test]
async fn the_next_version_of_a_cart_is_another_order() {
    let shop = Shop::open().await;
    let first = shop.place().await;
    shop.cart_holds(4, &[(shop.tea, 1, "199.00")]);
    assert_ne!(shop.place().await, first);
}
