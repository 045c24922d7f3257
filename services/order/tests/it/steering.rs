//! What an admin may decide about an order by hand.

use http::StatusCode;
use revcart_testkit::Reply;
use serde_json::json;
use shared_events::{
    AssignDelivery, CancelledBy, Currency, Money, OrderCancelled, OrderId, RefundPayment,
    ReleaseStock, Service,
};

use crate::shop::Shop;

async fn steer(shop: &Shop, order: OrderId, status: &str, restock: bool) -> Reply {
    let body = json!({"status": status, "reason": "called the customer", "restock": restock});
    shop.put(&format!("/api/orders/{order}/status"))
        .token(&shop.admin)
        .json(&body)
        .await
}

async fn failed_at_the_door(shop: &Shop) -> OrderId {
    let id = shop.place_and_assign().await;
    shop.pick_up(id).await;
    shop.come_back(id).await;
    assert_eq!(shop.status(id).await, "DELIVERY_FAILED");
    id
}

#[tokio::test]
async fn a_failed_delivery_is_attempted_again_under_the_next_attempt() {
    let shop = Shop::open().await;
    let id = failed_at_the_door(&shop).await;
    assert_eq!(shop.saga(id).await["state"], "NEEDS_ATTENTION");
    steer(&shop, id, "OUT_FOR_DELIVERY", false)
        .await
        .expect(StatusCode::ACCEPTED);
    shop.settle().await;
    let attempts: Vec<_> = shop
        .sent::<AssignDelivery>()
        .iter()
        .map(|asked| asked.saga.attempt)
        .collect();
    assert_eq!(attempts, [1, 2]);
    shop.assign(id).await;
    shop.pick_up(id).await;
    shop.hand_over(id).await;
    assert_eq!(shop.status(id).await, "DELIVERED");
}

#[tokio::test]
async fn a_failed_delivery_is_cancelled_with_refund_and_the_goods_back_on_the_shelf() {
    let shop = Shop::open().await;
    let id = failed_at_the_door(&shop).await;
    steer(&shop, id, "CANCELLED", true)
        .await
        .expect(StatusCode::ACCEPTED);
    shop.settle().await;
    let paid = Money::from_minor(48_940, Currency::INR);
    shop.undo(id, paid).await;
    shop.sent_once::<RefundPayment>();
    shop.sent_once::<ReleaseStock>();
    assert_eq!(shop.published_once::<OrderCancelled>().refunded, Some(paid));
}

#[tokio::test]
async fn goods_that_did_not_come_back_stay_sold() {
    let shop = Shop::open().await;
    let id = failed_at_the_door(&shop).await;
    steer(&shop, id, "CANCELLED", false)
        .await
        .expect(StatusCode::ACCEPTED);
    shop.settle().await;
    shop.undo(id, Money::from_minor(48_940, Currency::INR))
        .await;
    assert!(shop.sent::<ReleaseStock>().is_empty());
    assert_eq!(shop.status(id).await, "CANCELLED");
}

#[tokio::test]
async fn a_status_is_never_simply_written() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    for status in [
        "CONFIRMED",
        "OUT_FOR_DELIVERY",
        "DELIVERED",
        "PLACED",
        "DELIVERY_FAILED",
    ] {
        let refused = steer(&shop, id, status, false)
            .await
            .expect_problem(StatusCode::CONFLICT, "STATUS_NOT_ALLOWED");
        assert_eq!(refused.at("/allowed"), &json!(["CANCELLED"]));
    }
    assert_eq!(shop.status(id).await, "PLACED");
}

#[tokio::test]
async fn every_refusal_says_where_the_order_stands_and_what_is_possible() {
    let shop = Shop::open().await;
    let id = shop.place_and_assign().await;
    shop.pick_up(id).await;
    for status in ["CANCELLED", "DELIVERED", "OUT_FOR_DELIVERY"] {
        let refused = steer(&shop, id, status, false).await;
        let refused = refused.expect_problem(StatusCode::CONFLICT, "STATUS_NOT_ALLOWED");
        assert_eq!(refused.at("/orderStatus"), "OUT_FOR_DELIVERY");
        assert_eq!(refused.at("/allowed"), &json!([]));
    }
    shop.come_back(id).await;
    let refused = steer(&shop, id, "DELIVERED", false).await;
    let refused = refused.expect_problem(StatusCode::CONFLICT, "STATUS_NOT_ALLOWED");
    assert_eq!(
        refused.at("/allowed"),
        &json!(["OUT_FOR_DELIVERY", "CANCELLED"])
    );
    steer(&shop, id, "OUT_FOR_DELIVERY", false)
        .await
        .expect(StatusCode::ACCEPTED);
    // It stands there until the next agent has it, and the saga has been told already.
    let refused = steer(&shop, id, "OUT_FOR_DELIVERY", false).await;
    let refused = refused.expect_problem(StatusCode::CONFLICT, "NEEDS_NO_ATTENTION");
    assert_eq!(refused.at("/orderStatus"), "DELIVERY_FAILED");
    assert_eq!(
        refused.at("/allowed"),
        &json!(["OUT_FOR_DELIVERY", "CANCELLED"])
    );
}

#[tokio::test]
async fn an_admins_reason_is_kept_with_the_order() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let body =
        json!({"status": "CANCELLED", "code": "WRONG_ADDRESS", "reason": "nobody lives there"});
    let call = shop
        .put(&format!("/api/orders/{id}/status"))
        .token(&shop.admin);
    call.json(&body).await.expect(StatusCode::ACCEPTED);
    shop.settle().await;
    shop.release(id).await;
    let cancelled = shop.published_once::<OrderCancelled>();
    assert_eq!(
        (cancelled.reason.as_str(), cancelled.cancelled_by),
        ("WRONG_ADDRESS", CancelledBy::Admin)
    );
    assert_eq!(
        shop.shown(id).await["statusHistory"][1]["note"],
        "nobody lives there"
    );
}

#[tokio::test]
async fn another_service_may_have_an_order_undone() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let body = json!({"status": "CANCELLED", "reason": "the payment was disputed"});
    let call = shop
        .put(&format!("/api/orders/{id}/status"))
        .token(shop.token_of(Service::Payment))
        .json(&body);
    assert_eq!(
        call.await.expect(StatusCode::ACCEPTED).at("/status"),
        "CANCELLING"
    );
}
