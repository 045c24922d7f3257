//! Making an order of a cart, and the order's way to the shopper's door.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared_events::{
    AddressId, AssignDelivery, OrderConfirmed, OrderPlaced, OrderStatus, OrderStatusChanged,
    PaymentMethod, ReleaseStock, RequestPayment, ReserveStock,
};

use crate::shop::{Shop, address, order, order_id, rupees, texts};

#[tokio::test]
async fn a_checkout_answers_with_the_priced_order_and_where_to_find_it() {
    let shop = Shop::open().await;
    let placed = shop.checkout().await.expect(StatusCode::ACCEPTED);
    assert_eq!(placed.at("/status"), "PLACED");
    assert_eq!(placed.at("/lines/0/unitPrice"), &rupees("199.00"));
    assert_eq!(placed.at("/lines/0/lineTotal"), &rupees("398.00"));
    assert_eq!(placed.at("/lines/0/name"), "thing as it is called now");
    assert_eq!(placed.at("/subtotal"), &rupees("428.00"));
    assert_eq!(placed.at("/tax"), &rupees("21.40"));
    assert_eq!(placed.at("/deliveryFee"), &rupees("40.00"));
    assert_eq!(placed.at("/discount"), &rupees("0.00"));
    assert_eq!(placed.at("/total"), &rupees("489.40"));
    assert_eq!(placed.at("/statusHistory/0/status"), "PLACED");
    assert_eq!(placed.at("/shippingAddress/city"), "Bengaluru");
    let location = placed.header("location").unwrap().to_owned();
    let found = shop
        .get(&location)
        .token(&shop.customer)
        .await
        .expect(StatusCode::OK);
    assert_eq!(found.json, placed.json);
}

#[tokio::test]
async fn an_order_has_a_number_that_people_can_read_out() {
    let shop = Shop::open().await;
    let placed = shop.checkout().await.expect(StatusCode::ACCEPTED);
    let number: order_service::domain::OrderNumber =
        placed.at("/orderNumber").as_str().unwrap().parse().unwrap();
    assert_eq!(placed.at("/orderNumber"), &json!(number.to_string()));
}

#[tokio::test]
async fn a_placed_order_is_published_and_asks_for_its_stock() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let placed = shop.published_once::<OrderPlaced>();
    assert_eq!(
        (placed.order_id, placed.user_id),
        (id, Some(shop.customer.id))
    );
    assert_eq!(
        (placed.cart_id, placed.cart_version),
        (Some(shop.cart_id), Some(3))
    );
    let reserve = shop.sent_once::<ReserveStock>();
    assert_eq!((reserve.order_id, reserve.lines.len()), (id, 2));
    assert!(
        shop.said()
            .iter()
            .all(|envelope| envelope.correlation_id == id.to_string())
    );
}

#[tokio::test]
async fn stock_payment_and_an_agent_confirm_the_order() {
    let shop = Shop::open().await;
    let id = shop.place_and_reserve().await;
    let payment = shop.sent_once::<RequestPayment>();
    assert_eq!(
        (payment.amount.minor(), payment.method),
        (48_940, PaymentMethod::Dummy)
    );
    assert_eq!(payment.payment_token.unwrap().expose(), "tok_ok");
    shop.pay(id).await;
    assert_eq!(shop.status(id).await, "CONFIRMED");
    let confirmed = shop.published_once::<OrderConfirmed>();
    assert_eq!(
        (
            confirmed.cart_id,
            confirmed.cart_version,
            confirmed.lines.len()
        ),
        (shop.cart_id, 3, 2)
    );
    let delivery = shop.sent_once::<AssignDelivery>();
    assert_eq!(
        (delivery.collect, delivery.contact.email.as_str()),
        (None, "asha@example.com")
    );
    shop.assign(id).await;
    assert_eq!(shop.shown(id).await["outcome"], "CONFIRMED");
}

#[tokio::test]
async fn an_order_goes_on_to_the_door_and_every_step_is_published() {
    let shop = Shop::open().await;
    let id = shop.place_and_assign().await;
    shop.pick_up(id).await;
    shop.hand_over(id).await;
    let moves: Vec<_> = shop
        .published::<OrderStatusChanged>()
        .into_iter()
        .map(|change| (change.from, change.to))
        .collect();
    let expected = [
        (OrderStatus::Placed, OrderStatus::Confirmed),
        (OrderStatus::Confirmed, OrderStatus::OutForDelivery),
        (OrderStatus::OutForDelivery, OrderStatus::Delivered),
    ];
    assert_eq!(moves, expected);
    let shown = shop.shown(id).await;
    let history: Vec<_> = shown["statusHistory"]
        .as_array()
        .unwrap()
        .iter()
        .map(|moment| moment["status"].clone())
        .collect();
    assert_eq!(
        history,
        ["PLACED", "CONFIRMED", "OUT_FOR_DELIVERY", "DELIVERED"]
    );
}

#[tokio::test]
async fn versions_in_events_only_rise() {
    let shop = Shop::open().await;
    let id = shop.place_and_assign().await;
    shop.pick_up(id).await;
    let placed = shop.published_once::<OrderPlaced>().aggregate_version;
    let versions: Vec<_> = shop
        .published::<OrderStatusChanged>()
        .iter()
        .map(|change| change.aggregate_version)
        .collect();
    assert!(
        placed < versions[0] && versions.is_sorted(),
        "{placed} {versions:?}"
    );
}

#[tokio::test]
async fn cash_is_promised_and_collected_at_the_door() {
    let shop = Shop::open().await;
    let body = json!({"shippingAddress": address(), "paymentMethod": "COD"});
    let placed = shop
        .checkout_as("k", &body)
        .await
        .expect(StatusCode::ACCEPTED);
    let id = order_id(&placed.json);
    shop.settle().await;
    shop.reserve(id).await;
    shop.promise_cash(id).await;
    assert_eq!(shop.status(id).await, "CONFIRMED");
    assert_eq!(
        shop.sent_once::<AssignDelivery>()
            .collect
            .map(|cash| cash.minor()),
        Some(48_940)
    );
}

#[tokio::test]
async fn the_payment_token_is_wiped_when_the_payment_is_answered() {
    let shop = Shop::open().await;
    let id = shop.place_and_reserve().await;
    assert_eq!(kept_token(&shop).await, ["tok_ok"]);
    shop.pay(id).await;
    assert!(kept_token(&shop).await.is_empty());
    let (saga, shown) = (shop.saga(id).await, shop.shown(id).await);
    assert!(!format!("{saga}{shown}").contains("tok_ok"));
}

#[tokio::test]
async fn the_payment_token_is_wiped_when_there_is_no_payment() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    shop.refuse_stock(id).await;
    assert!(kept_token(&shop).await.is_empty());
}

async fn kept_token(shop: &Shop) -> Vec<String> {
    let sql = "SELECT payment_token FROM orders WHERE payment_token IS NOT NULL";
    texts(shop, sql, "payment_token").await
}

#[tokio::test]
async fn an_address_of_the_address_book_is_taken_as_it_is_now() {
    let shop = Shop::open().await;
    let id = AddressId::new();
    let body = json!({"addressId": id, "paymentMethod": "DUMMY"});
    let placed = shop
        .checkout_as("k", &body)
        .await
        .expect(StatusCode::ACCEPTED);
    assert_eq!(placed.at("/shippingAddress/line1"), "12 MG Road");
    let asked = shop.user.asked().pop().unwrap();
    assert_eq!(
        asked.path,
        format!("/api/users/{}/checkout-profile", shop.customer.id)
    );
    assert_eq!(asked.query, format!("addressId={id}"));
}

#[tokio::test]
async fn an_address_of_somebody_else_is_refused_as_a_field() {
    let shop = Shop::open().await;
    let unknown = json!({"code": "NOT_FOUND", "detail": "there is no such address"});
    shop.user.answer(
        Method::GET,
        "/api/users/*/checkout-profile",
        StatusCode::NOT_FOUND,
        unknown,
    );
    let body = json!({"addressId": AddressId::new(), "paymentMethod": "DUMMY"});
    let refused = shop.checkout_as("k", &body).await;
    let refused = refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    assert_eq!(refused.at("/errors/0/field"), "addressId");
}

#[tokio::test]
async fn the_catalogue_is_asked_once_for_the_whole_cart() {
    let shop = Shop::open().await;
    shop.place().await;
    let asked = shop.product.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].query, format!("ids={},{}", shop.tea, shop.milk));
}

#[tokio::test]
async fn a_changed_price_is_refused_with_the_new_cart_and_nothing_is_written() {
    let shop = Shop::open().await;
    shop.catalogue_says(&[(shop.tea, "219.00", 10), (shop.milk, "30.00", 10)]);
    let refused = shop
        .checkout()
        .await
        .expect_problem(StatusCode::CONFLICT, "PRICE_CHANGED");
    assert_eq!(refused.at("/cart/version"), 3);
    assert_eq!(refused.at("/cart/items/0/unitPrice"), &rupees("219.00"));
    assert_eq!(refused.at("/cart/subtotal"), &rupees("468.00"));
    shop.settle().await;
    assert!(shop.said().is_empty());
}

#[tokio::test]
async fn an_empty_cart_is_refused() {
    let shop = Shop::open().await;
    shop.cart_holds(4, &[]);
    shop.checkout()
        .await
        .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "CART_EMPTY");
}

#[tokio::test]
async fn another_version_of_the_cart_than_the_shopper_names_is_refused() {
    let shop = Shop::open().await;
    let body = with(order(), json!({"cartVersion": 2}));
    let refused = shop
        .checkout_as("k", &body)
        .await
        .expect_problem(StatusCode::CONFLICT, "CART_CHANGED");
    assert_eq!(refused.at("/cart/version"), 3);
    let body = with(order(), json!({"cartVersion": 3}));
    shop.checkout_as("k2", &body)
        .await
        .expect(StatusCode::ACCEPTED);
}

#[tokio::test]
async fn what_is_no_longer_sold_and_what_there_is_too_little_of_is_refused() {
    let shop = Shop::open().await;
    shop.catalogue_says(&[(shop.milk, "30.00", 10)]);
    let refused = shop
        .checkout()
        .await
        .expect_problem(StatusCode::CONFLICT, "PRODUCT_UNAVAILABLE");
    assert_eq!(refused.at("/productIds"), &json!([shop.tea]));
    shop.catalogue_says(&[(shop.tea, "199.00", 1), (shop.milk, "30.00", -2)]);
    let refused = shop
        .checkout()
        .await
        .expect_problem(StatusCode::CONFLICT, "OUT_OF_STOCK");
    assert_eq!(
        refused.at("/shortages/0"),
        &json!({"productId": shop.tea, "requested": 2, "available": 1})
    );
    assert_eq!(refused.at("/shortages/1/available"), 0);
}

#[tokio::test]
async fn an_unknown_coupon_is_refused_politely() {
    let shop = Shop::open().await;
    let refused = shop
        .checkout_as("k", &with(order(), json!({"couponCode": "SPRING"})))
        .await;
    let refused = refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "UNKNOWN_COUPON");
    assert_eq!(refused.at("/errors/0/field"), "couponCode");
    shop.checkout_as("k", &with(order(), json!({"couponCode": " "})))
        .await
        .expect(StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_checkout_waits_for_no_service_that_is_down() {
    let shop = Shop::open().await;
    shop.product.answer(
        Method::GET,
        "/api/products/batch",
        StatusCode::SERVICE_UNAVAILABLE,
        Value::Null,
    );
    shop.checkout()
        .await
        .expect_problem(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE");
}

#[tokio::test]
async fn an_out_of_stock_order_is_cancelled_and_its_cart_can_be_ordered_again() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    shop.refuse_stock(id).await;
    assert_eq!(shop.status(id).await, "CANCELLED");
    assert_eq!(shop.shown(id).await["outcome"], "OUT_OF_STOCK");
    assert!(
        shop.sent::<ReleaseStock>().is_empty(),
        "there is nothing to release"
    );
    let again = shop.place().await;
    assert_ne!(again, id);
}

fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    body
}
