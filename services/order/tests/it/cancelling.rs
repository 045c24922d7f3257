//! A shopper changes their mind, as long as the agent does not have the order.

use http::StatusCode;
use revcart_testkit::Reply;
use serde_json::json;
use shared_events::{
    CancelDelivery, CancelledBy, Currency, Money, OrderCancelled, OrderId, OrderStatus,
    OrderStatusChanged, RefundPayment, ReleaseStock,
};

use crate::shop::Shop;

fn nothing() -> Money {
    Money::zero(Currency::INR)
}

async fn cancel(shop: &Shop, order: OrderId) -> Reply {
    shop.put(&format!("/api/orders/{order}/cancel"))
        .token(&shop.customer)
        .json(&json!({"reason": "changed my mind"}))
        .await
}

#[tokio::test]
async fn an_order_cancelled_before_its_stock_is_answered_releases_it_all_the_same() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let cancelling = cancel(&shop, id).await.expect(StatusCode::ACCEPTED);
    assert_eq!(cancelling.at("/status"), "CANCELLING");
    shop.settle().await;
    shop.sent_once::<ReleaseStock>();
    shop.release(id).await;
    assert_eq!(shop.status(id).await, "CANCELLED");
}

#[tokio::test]
async fn a_paid_order_is_undone_backwards_and_the_refund_is_told() {
    let shop = Shop::open().await;
    let id = shop.place_and_assign().await;
    cancel(&shop, id).await.expect(StatusCode::ACCEPTED);
    shop.settle().await;
    shop.sent_once::<CancelDelivery>();
    assert!(shop.sent::<RefundPayment>().is_empty());
    shop.undo_delivery(id).await;
    assert_eq!(
        shop.sent_once::<RefundPayment>().reason,
        "CANCELLED_BY_CUSTOMER"
    );
    assert!(shop.sent::<ReleaseStock>().is_empty());
    let paid = Money::from_minor(48_940, Currency::INR);
    shop.refund(id, paid).await;
    shop.release(id).await;
    let cancelled = shop.published_once::<OrderCancelled>();
    assert_eq!(
        (cancelled.cancelled_by, cancelled.refunded),
        (CancelledBy::Customer, Some(paid))
    );
    assert_eq!(cancelled.reason, "CANCELLED_BY_CUSTOMER");
    assert_eq!(shop.shown(id).await["outcome"], "CANCELLED_BY_CUSTOMER");
}

#[tokio::test]
async fn why_a_shopper_cancels_is_kept_shown_and_told() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let why = json!({"code": "TAKES_TOO_LONG", "reason": " the party is today "});
    let call = shop.put(&format!("/api/orders/{id}/cancel"));
    let cancelling = call.token(&shop.customer).json(&why).await;
    let cancelling = cancelling.expect(StatusCode::ACCEPTED);
    assert_eq!(cancelling.at("/statusHistory/1/reason"), "TAKES_TOO_LONG");
    assert_eq!(cancelling.at("/statusHistory/1/note"), "the party is today");
    shop.settle().await;
    shop.release(id).await;
    let cancelled = shop.published_once::<OrderCancelled>();
    assert_eq!(
        (cancelled.reason.as_str(), cancelled.cancelled_by),
        ("TAKES_TOO_LONG", CancelledBy::Customer)
    );
    let shown = shop.shown(id).await;
    assert_eq!(shown["statusHistory"][1]["note"], "the party is today");
    assert_eq!(shown["outcome"], "CANCELLED_BY_CUSTOMER");
    let log = shop.saga(id).await.to_string();
    assert!(
        log.contains("by customer: TAKES_TOO_LONG: the party is today"),
        "{log}"
    );
}

#[tokio::test]
async fn a_reason_that_was_taken_back_is_not_that_of_a_later_failure() {
    let shop = Shop::open().await;
    let id = shop.place_and_assign().await;
    let why = json!({"code": "CHANGED_MIND"});
    let call = shop.put(&format!("/api/orders/{id}/cancel"));
    call.token(&shop.customer)
        .json(&why)
        .await
        .expect(StatusCode::ACCEPTED);
    shop.settle().await;
    shop.refuse_to_undo_delivery(id).await;
    shop.come_back(id).await;
    let body = json!({"status": "CANCELLED", "reason": "lost on the way", "restock": false});
    let call = shop.put(&format!("/api/orders/{id}/status"));
    call.token(&shop.admin)
        .json(&body)
        .await
        .expect(StatusCode::ACCEPTED);
    shop.settle().await;
    shop.undo(id, Money::from_minor(48_940, Currency::INR))
        .await;
    assert_eq!(
        shop.published_once::<OrderCancelled>().reason,
        "CANCELLED_BY_ADMIN"
    );
    let shown = shop.shown(id).await;
    let notes: Vec<_> = shown["statusHistory"]
        .as_array()
        .unwrap()
        .iter()
        .map(|moment| &moment["note"])
        .collect();
    assert!(notes.contains(&&json!("lost on the way")), "{notes:?}");
}

#[tokio::test]
async fn a_reason_is_of_the_list_or_left_out() {
    let shop = Shop::open().await;
    let path = format!("/api/orders/{}/cancel", shop.place().await);
    for body in [
        json!({"code": "BORED"}),
        json!({"code": 7}),
        json!(null),
        json!({"reason": "x".repeat(501)}),
    ] {
        let call = shop.put(&path).token(&shop.customer).json(&body);
        call.await
            .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    }
    let call = shop.put(&path).token(&shop.customer);
    call.await.expect(StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_declined_payment_releases_the_stock() {
    let shop = Shop::open().await;
    let id = shop.place_and_reserve().await;
    shop.decline(id, true).await;
    assert_eq!(shop.status(id).await, "CANCELLING");
    shop.undo(id, nothing()).await;
    let cancelled = shop.published_once::<OrderCancelled>();
    assert_eq!(
        (cancelled.cancelled_by, cancelled.refunded),
        (CancelledBy::Saga, None)
    );
}

#[tokio::test]
async fn a_decline_that_the_shopper_may_try_again_fails_nothing() {
    let shop = Shop::open().await;
    let id = shop.place_and_reserve().await;
    shop.decline(id, false).await;
    assert_eq!(shop.status(id).await, "PLACED");
    shop.pay(id).await;
    assert_eq!(shop.status(id).await, "CONFIRMED");
}

#[tokio::test]
async fn cancelling_twice_is_cancelling_once() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    cancel(&shop, id).await.expect(StatusCode::ACCEPTED);
    cancel(&shop, id).await.expect(StatusCode::ACCEPTED);
    shop.settle().await;
    shop.sent_once::<ReleaseStock>();
    shop.release(id).await;
    let again = cancel(&shop, id).await.expect(StatusCode::ACCEPTED);
    assert_eq!(again.at("/status"), "CANCELLED");
}

#[tokio::test]
async fn once_the_agent_has_it_an_order_cannot_be_cancelled() {
    let shop = Shop::open().await;
    let id = shop.place_and_assign().await;
    shop.pick_up(id).await;
    let refused = cancel(&shop, id).await;
    let refused = refused.expect_problem(StatusCode::CONFLICT, "ALREADY_DISPATCHED");
    assert_eq!(refused.at("/orderStatus"), "OUT_FOR_DELIVERY");
    shop.hand_over(id).await;
    cancel(&shop, id)
        .await
        .expect_problem(StatusCode::CONFLICT, "ALREADY_DISPATCHED");
    shop.settle().await;
    assert!(shop.sent::<CancelDelivery>().is_empty());
}

#[tokio::test]
async fn when_the_agent_was_faster_the_order_goes_on() {
    let shop = Shop::open().await;
    let id = shop.place_and_assign().await;
    cancel(&shop, id).await.expect(StatusCode::ACCEPTED);
    shop.settle().await;
    shop.refuse_to_undo_delivery(id).await;
    assert_eq!(shop.status(id).await, "OUT_FOR_DELIVERY");
    assert!(shop.sent::<RefundPayment>().is_empty());
    let last = shop.published::<OrderStatusChanged>().pop().unwrap();
    assert_eq!(
        (last.from, last.to),
        (OrderStatus::Cancelling, OrderStatus::OutForDelivery)
    );
}

#[tokio::test]
async fn an_admin_cancels_for_somebody_and_no_reason_is_needed() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    shop.put(&format!("/api/orders/{id}/cancel"))
        .token(&shop.admin)
        .await
        .expect(StatusCode::ACCEPTED);
    shop.settle().await;
    shop.release(id).await;
    assert_eq!(
        shop.published_once::<OrderCancelled>().cancelled_by,
        CancelledBy::Admin
    );
}

#[tokio::test]
async fn a_cancelled_order_lets_its_cart_be_ordered_again_but_not_before_it_is_undone() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    cancel(&shop, id).await.expect(StatusCode::ACCEPTED);
    shop.checkout()
        .await
        .expect_problem(StatusCode::CONFLICT, "ALREADY_CHECKED_OUT");
    shop.settle().await;
    shop.release(id).await;
    shop.checkout().await.expect(StatusCode::ACCEPTED);
}
