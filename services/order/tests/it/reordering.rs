//! The same again: what is still sold goes into the owner's cart.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::shop::{Shop, rupees};

const ITEMS: &str = "/internal/carts/*/items";

async fn reorder(shop: &Shop, order: shared_events::OrderId) -> revcart_testkit::Reply {
    let path = format!("/api/orders/{order}/reorder");
    shop.post(&path).token(&shop.customer).await
}

fn added(shop: &Shop) -> Vec<Value> {
    let asked = shop.cart.asked().into_iter();
    let adds = asked.filter(|asked| asked.method == Method::POST);
    adds.map(|asked| asked.json).collect()
}

#[tokio::test]
async fn what_is_still_sold_goes_into_the_owners_cart() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    shop.cart
        .answer(Method::POST, ITEMS, StatusCode::OK, json!({"refused": []}));
    shop.catalogue_says(&[(shop.tea, "219.00", 10), (shop.milk, "30.00", 10)]);
    let again = reorder(&shop, id).await.expect(StatusCode::OK);
    assert_eq!(again.at("/cartId"), &json!(shop.customer.id.as_uuid()));
    assert_eq!(again.at("/taken/0/unitPrice"), &rupees("219.00"));
    assert_eq!(again.at("/taken/0/priceChanged"), true);
    assert_eq!(again.at("/taken/1/priceChanged"), false);
    assert_eq!(again.at("/left"), &json!([]));
    let asked = shop.cart.asked().pop().unwrap();
    assert_eq!(
        asked.path,
        format!("/internal/carts/{}/items", shop.customer.id)
    );
    assert_eq!(
        asked.json,
        json!({"lines": [{"productId": shop.tea, "quantity": 2}, {"productId": shop.milk, "quantity": 1}]})
    );
}

#[tokio::test]
async fn what_is_gone_or_short_is_told_and_the_rest_is_taken() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    shop.cart
        .answer(Method::POST, ITEMS, StatusCode::OK, json!({"refused": []}));
    shop.catalogue_says(&[(shop.tea, "199.00", 1)]);
    let again = reorder(&shop, id).await.expect(StatusCode::OK);
    assert_eq!(
        added(&shop),
        [json!({"lines": [{"productId": shop.tea, "quantity": 1}]})]
    );
    let left = again.at("/left");
    assert_eq!(
        (&left[0]["code"], &left[0]["quantity"]),
        (&json!("OUT_OF_STOCK"), &json!(1))
    );
    assert_eq!(
        (&left[1]["code"], &left[1]["productId"]),
        (&json!("NOT_SOLD"), &json!(shop.milk))
    );
}

#[tokio::test]
async fn where_nothing_can_be_taken_the_cart_is_left_alone() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    shop.catalogue_says(&[]);
    let again = reorder(&shop, id).await.expect(StatusCode::OK);
    assert_eq!(again.at("/taken"), &json!([]));
    assert!(added(&shop).is_empty());
}

#[tokio::test]
async fn what_there_is_no_room_for_in_the_cart_is_told() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let full = json!({"refused": [shop.milk]});
    shop.cart.answer(Method::POST, ITEMS, StatusCode::OK, full);
    let again = reorder(&shop, id).await.expect(StatusCode::OK);
    assert_eq!(again.at("/taken/0/productId"), &json!(shop.tea));
    assert_eq!(again.at("/left/0/code"), "CART_FULL");
}

#[tokio::test]
async fn only_the_owner_orders_again() {
    let shop = Shop::open().await;
    let path = format!("/api/orders/{}/reorder", shop.place().await);
    for (actor, status, code) in [
        (&shop.other_customer, StatusCode::NOT_FOUND, "NOT_FOUND"),
        (&shop.agent, StatusCode::NOT_FOUND, "NOT_FOUND"),
        (&shop.admin, StatusCode::FORBIDDEN, "FORBIDDEN"),
    ] {
        shop.post(&path)
            .token(actor)
            .await
            .expect_problem(status, code);
    }
    shop.post(&path)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
    assert!(added(&shop).is_empty());
}
