//! What happens when nobody answers. The clock stands still unless a test moves it.

use std::time::Duration;

use http::StatusCode;
use order_service::Config;
use saga::order::Backoff;
use serde_json::json;
use shared_events::{
    AssignDelivery, Currency, Money, RefundPayment, ReleaseStock, RequestPayment, ReserveStock,
};

use crate::shop::{Shop, payment_completed};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn an_unanswered_reservation_is_asked_for_again_under_the_same_attempt_and_then_given_up() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    shop.advance(seconds(29)).await;
    assert_eq!(shop.sent::<ReserveStock>().len(), 1);
    shop.advance(seconds(1)).await;
    shop.advance(seconds(30)).await;
    let attempts: Vec<_> = shop
        .sent::<ReserveStock>()
        .iter()
        .map(|asked| asked.saga.attempt)
        .collect();
    assert_eq!(attempts, [1, 1, 1]);
    shop.advance(seconds(30)).await;
    assert_eq!(shop.status(id).await, "CANCELLING");
    shop.sent_once::<ReleaseStock>();
    shop.release(id).await;
    assert_eq!(shop.shown(id).await["outcome"], "RESERVATION_EXPIRED");
}

#[tokio::test]
async fn a_hanging_payment_is_in_doubt_and_closed_before_the_stock_goes_back() {
    let shop = Shop::open().await;
    let id = shop.place_and_reserve().await;
    shop.advance(seconds(60)).await;
    shop.sent_once::<RefundPayment>();
    assert!(shop.sent::<ReleaseStock>().is_empty());
    shop.undo(id, Money::zero(Currency::INR)).await;
    assert_eq!(shop.shown(id).await["outcome"], "PAYMENT_EXPIRED");
}

#[tokio::test]
async fn a_payment_that_comes_after_all_is_given_back() {
    let shop = Shop::open().await;
    let id = shop.place_and_reserve().await;
    let asked: RequestPayment = shop.last(id);
    shop.advance(seconds(60)).await;
    shop.undo(id, Money::zero(Currency::INR)).await;
    assert_eq!(shop.status(id).await, "CANCELLED");
    shop.deliver(payment_completed(&asked)).await;
    shop.settle().await;
    assert_eq!(shop.sent::<RefundPayment>().len(), 2);
    assert_eq!(shop.status(id).await, "CANCELLED");
}

#[tokio::test]
async fn a_person_at_a_gateway_has_a_quarter_of_an_hour() {
    let shop = Shop::open().await;
    let body = json!({"shippingAddress": crate::shop::address(), "paymentMethod": "STRIPE"});
    let placed = shop
        .checkout_as("k", &body)
        .await
        .expect(StatusCode::ACCEPTED);
    let id = crate::shop::order_id(&placed.json);
    shop.settle().await;
    shop.reserve(id).await;
    shop.advance(seconds(14 * 60)).await;
    assert_eq!(shop.status(id).await, "PLACED");
    shop.advance(seconds(60)).await;
    assert_eq!(shop.status(id).await, "CANCELLING");
}

#[tokio::test]
async fn an_agent_is_looked_for_every_minute_for_ten_minutes() {
    let shop = Shop::open().await;
    let id = shop.place_and_pay().await;
    for _ in 0..9 {
        shop.advance(seconds(60)).await;
    }
    assert_eq!(shop.sent::<AssignDelivery>().len(), 10);
    assert_eq!(shop.status(id).await, "CONFIRMED");
    shop.advance(seconds(60)).await;
    assert_eq!(shop.status(id).await, "CANCELLING");
}

#[tokio::test]
async fn a_deadline_that_was_met_in_time_changes_nothing_later() {
    let shop = Shop::open().await;
    let id = shop.place_and_assign().await;
    shop.forget();
    shop.advance(seconds(24 * 3600)).await;
    assert!(shop.said().is_empty());
    assert_eq!(shop.status(id).await, "CONFIRMED");
}

#[tokio::test]
async fn many_deadlines_at_once_are_handled_in_one_go() {
    let shop = Shop::open().await;
    for version in 1..=200 {
        shop.cart_holds(version, &[(shop.tea, 1, "199.00")]);
        shop.checkout().await.expect(StatusCode::ACCEPTED);
    }
    shop.settle().await;
    assert_eq!(shop.sent::<ReserveStock>().len(), 200);
    shop.advance(seconds(30)).await;
    assert_eq!(shop.sent::<ReserveStock>().len(), 400);
}

#[tokio::test]
async fn a_deadline_outlives_the_process() {
    let shop = Shop::open().await;
    shop.place().await;
    let Shop { service, .. } = shop;
    let service = service
        .restart(|adapters| order_service::build(Config::for_testing(), adapters))
        .await;
    service.advance(seconds(30)).await;
    assert_eq!(service.sent::<ReserveStock>().len(), 1);
}

#[tokio::test]
async fn an_unanswered_compensation_is_repeated_with_growing_pauses_until_an_operator_is_called() {
    let mut config = Config::for_testing();
    config.saga.compensation = Backoff {
        first: seconds(5),
        longest: seconds(20),
        tries: 3,
    };
    let shop = Shop::open_with(config).await;
    let id = shop.place_and_reserve().await;
    shop.decline(id, true).await;
    for pause in [5, 10] {
        shop.advance(seconds(pause)).await;
    }
    assert_eq!(shop.sent::<ReleaseStock>().len(), 3);
    shop.advance(seconds(20)).await;
    assert_eq!(shop.sent::<ReleaseStock>().len(), 3);
    assert_eq!(shop.saga(id).await["state"], "NEEDS_ATTENTION");
    shop.release(id).await;
    assert_eq!(
        shop.status(id).await,
        "CANCELLED",
        "a late answer is still taken"
    );
}

#[tokio::test]
async fn a_saga_that_cannot_be_read_holds_up_no_other() {
    let shop = Shop::open().await;
    let broken = shop.place().await;
    shop.cart_holds(4, &[(shop.tea, 1, "199.00")]);
    let sound = shop.place().await;
    let id = shop.literal(broken);
    shop.execute(format!(
        "UPDATE sagas SET instance = '{{' WHERE order_id = {id}"
    ))
    .await;
    shop.forget();
    shop.advance(seconds(30)).await;
    assert_eq!(shop.sent_once::<ReserveStock>().order_id, sound);
}
