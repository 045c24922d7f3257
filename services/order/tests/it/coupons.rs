//! Coupons are held for an order that is about to be written, and given back when it is not; taxes are by rate.

use http::{Method, StatusCode};
use order_service::Config;
use revcart_testkit::Asked;
use serde_json::{Value, json};
use shared_events::pricing::{Region, TaxRate};
use shared_events::{OrderId, OrderPlaced};

use crate::shop::{Shop, order, order_id, rupees};

const HOLD: &str = "/internal/coupons/holds/*";

async fn shop_with_coupons() -> Shop {
    let shop = Shop::open().await;
    let coupon = json!({"coupon": {"code": "TEA10", "off": {"percentage": {"basisPoints": 1000}}}});
    shop.cart.answer(Method::PUT, HOLD, StatusCode::OK, coupon);
    shop.cart
        .answer(Method::DELETE, HOLD, StatusCode::NO_CONTENT, Value::Null);
    shop
}

fn with_coupon(code: &str) -> Value {
    let mut body = order();
    body["couponCode"] = json!(code);
    body
}

fn holds(shop: &Shop, method: &Method) -> Vec<Asked> {
    let is_hold = |asked: &Asked| asked.path.starts_with("/internal/coupons/holds/");
    let asked = shop.cart.asked().into_iter();
    asked
        .filter(|asked| asked.method == *method && is_hold(asked))
        .collect()
}

fn refuses(shop: &Shop, code: &str) {
    let problem = json!({"code": code, "detail": "it does not hold"});
    shop.cart
        .answer(Method::PUT, HOLD, StatusCode::UNPROCESSABLE_ENTITY, problem);
}

#[tokio::test]
async fn a_coupon_is_held_for_the_order_and_taken_off_its_price() {
    let shop = shop_with_coupons().await;
    let placed = shop.checkout_as("k", &with_coupon(" tea10 ")).await;
    let placed = placed.expect(StatusCode::ACCEPTED);
    assert_eq!(placed.at("/couponCode"), "TEA10");
    assert_eq!(placed.at("/discount"), &rupees("42.80"));
    assert_eq!(placed.at("/tax"), &rupees("19.26"));
    assert_eq!(placed.at("/total"), &rupees("444.46"));
    assert_eq!(placed.at("/taxes/0/goods"), &rupees("385.20"));
    let id = order_id(&placed.json);
    let held = holds(&shop, &Method::PUT);
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].path, format!("/internal/coupons/holds/{id}"));
    assert_eq!(
        held[0].json,
        json!({"code": "tea10", "cartId": shop.customer.id.as_uuid(), "userId": shop.customer.id, "subtotal": rupees("428.00")})
    );
    assert!(holds(&shop, &Method::DELETE).is_empty());
    shop.settle().await;
    assert_eq!(shop.published_once::<OrderPlaced>().discount.minor(), 4280);
    assert_eq!(shop.shown(id).await["couponCode"], "TEA10");
}

#[tokio::test]
async fn the_coupon_of_the_cart_is_used_unless_another_is_given() {
    let shop = shop_with_coupons().await;
    let mut cart =
        json!({"cartId": shop.cart_id, "version": 3, "couponCode": "CART5", "items": []});
    cart["items"] = json!([{"productId": shop.tea, "quantity": 2, "unitPrice": rupees("199.00")}]);
    shop.cart
        .answer(Method::GET, "/internal/carts/*", StatusCode::OK, cart);
    shop.checkout().await.expect(StatusCode::ACCEPTED);
    assert_eq!(holds(&shop, &Method::PUT)[0].json["code"], "CART5");
}

#[tokio::test]
async fn without_a_coupon_nothing_is_asked_about_coupons() {
    let shop = shop_with_coupons().await;
    shop.place().await;
    let mut body = order();
    body["couponCode"] = json!("  ");
    shop.cart_holds(4, &[(shop.tea, 1, "199.00")]);
    shop.checkout_as("k", &body)
        .await
        .expect(StatusCode::ACCEPTED);
    assert!(holds(&shop, &Method::PUT).is_empty());
}

#[tokio::test]
async fn a_coupon_that_does_not_hold_is_refused_with_its_code() {
    let shop = shop_with_coupons().await;
    for code in [
        "UNKNOWN_COUPON",
        "COUPON_EXPIRED",
        "COUPON_USED_UP",
        "COUPON_BELOW_MINIMUM",
        "COUPON_NOT_YET_VALID",
    ] {
        refuses(&shop, code);
        let refused = shop.checkout_as("k", &with_coupon("TEA10")).await;
        let refused = refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, code);
        assert_eq!(refused.at("/errors/0/field"), "couponCode");
    }
    shop.settle().await;
    assert!(shop.said().is_empty());
}

#[tokio::test]
async fn a_coupon_that_asks_for_more_than_it_was_held_for_is_given_back() {
    let shop = shop_with_coupons().await;
    let coupon = json!({"coupon": {"code": "BIG", "off": {"amount": rupees("10.00")}, "minimum": rupees("9999.00")}});
    shop.cart.answer(Method::PUT, HOLD, StatusCode::OK, coupon);
    let refused = shop.checkout_as("k", &with_coupon("BIG")).await;
    refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "COUPON_BELOW_MINIMUM");
    assert_eq!(holds(&shop, &Method::DELETE).len(), 1);
}

#[tokio::test]
async fn a_repeated_request_gets_its_answer_though_the_coupon_is_used_up_by_it() {
    let shop = shop_with_coupons().await;
    let body = with_coupon("TEA10");
    let first = shop
        .checkout_as("k", &body)
        .await
        .expect(StatusCode::ACCEPTED);
    refuses(&shop, "COUPON_USED_UP");
    let again = shop
        .checkout_as("k", &body)
        .await
        .expect(StatusCode::ACCEPTED);
    assert_eq!(first.json, again.json);
    let other = shop.checkout_as("other", &body).await;
    let other = other.expect_problem(StatusCode::CONFLICT, "ALREADY_CHECKED_OUT");
    assert_eq!(order_id(&other.json), order_id(&first.json));
}

#[tokio::test]
async fn of_many_checkouts_at_once_only_the_one_that_is_written_keeps_its_hold() {
    let shop = shop_with_coupons().await;
    let keys = 0..8;
    let calls = keys.map(|key| {
        let call = shop.checkout_as(&key.to_string(), &with_coupon("TEA10"));
        call.into_future()
    });
    let replies = futures::future::join_all(calls).await;
    let made: Vec<OrderId> = replies
        .iter()
        .filter(|reply| reply.status == StatusCode::ACCEPTED)
        .map(|reply| order_id(&reply.json))
        .collect();
    assert_eq!(made.len(), 1);
    let mut held: Vec<_> = holds(&shop, &Method::PUT)
        .into_iter()
        .map(|asked| asked.path)
        .collect();
    for given_back in holds(&shop, &Method::DELETE) {
        held.retain(|path| *path != given_back.path);
    }
    assert_eq!(held, [format!("/internal/coupons/holds/{}", made[0])]);
}

#[tokio::test]
async fn tax_is_by_category_and_by_where_it_goes_and_shown_by_rate() {
    let mut config = Config::for_testing();
    let rate = |category: Option<&str>, region: Option<Region>, basis_points| TaxRate {
        category: category.map(str::to_owned),
        region,
        basis_points,
    };
    config.tariff.tax.rates = vec![
        rate(Some("tea"), None, 1200),
        rate(Some("tea"), Some(Region::of("IN", "Karnataka")), 1800),
    ];
    let shop = Shop::open_with(config).await;
    let product = |id, category: Option<&str>, price| json!({"productId": id, "sku": "SKU", "name": "thing", "price": rupees(price), "available": 10, "category": category});
    let items = [
        product(shop.tea, Some("tea"), "199.00"),
        product(shop.milk, None, "30.00"),
    ];
    let offers = json!({"items": items});
    shop.product
        .answer(Method::GET, "/api/products/batch", StatusCode::OK, offers);
    let placed = shop.checkout().await.expect(StatusCode::ACCEPTED);
    let taxes = json!([
        {"basisPoints": 500, "goods": rupees("30.00"), "amount": rupees("1.50")},
        {"basisPoints": 1800, "goods": rupees("398.00"), "amount": rupees("71.64")}
    ]);
    assert_eq!(placed.at("/taxes"), &taxes);
    assert_eq!(placed.at("/tax"), &rupees("73.14"));
    let id = order_id(&placed.json);
    assert_eq!(shop.shown(id).await["taxes"], taxes);
}
