//! `Prefer: wait`: the answer comes when the checkout has settled.

use std::time::Duration;

use http::{HeaderName, StatusCode};
use order_service::Config;
use revcart_testkit::Call;
use shared_events::{Currency, Money, ReserveStock};

use crate::shop::{Shop, order, order_id};

const PREFER: HeaderName = HeaderName::from_static("prefer");

fn waiting(call: Call) -> Call {
    call.header(PREFER, "wait=10")
}

fn nothing() -> Money {
    Money::zero(Currency::INR)
}

#[tokio::test]
async fn a_confirmed_order_is_answered_with_201() {
    let shop = Shop::open().await;
    let (reply, ()) = tokio::join!(waiting(shop.checkout()), async {
        let ReserveStock { order_id, .. } = shop.first_command().await;
        shop.reserve(order_id).await;
        shop.pay(order_id).await;
        shop.assign(order_id).await;
    });
    let reply = reply.expect(StatusCode::CREATED);
    assert_eq!(reply.at("/status"), "CONFIRMED");
    assert_eq!(reply.header("preference-applied"), Some("wait"));
    assert_eq!(
        reply.header("location").unwrap(),
        format!("/api/orders/{}", order_id(&reply.json))
    );
}

#[tokio::test]
async fn a_declined_payment_is_answered_with_409_once_everything_is_undone() {
    let shop = Shop::open().await;
    let (reply, order) = tokio::join!(waiting(shop.checkout()), async {
        let ReserveStock { order_id, .. } = shop.first_command().await;
        shop.reserve(order_id).await;
        shop.decline(order_id, true).await;
        shop.undo(order_id, nothing()).await;
        order_id
    });
    let reply = reply.expect_problem(StatusCode::CONFLICT, "PAYMENT_DECLINED");
    assert_eq!(order_id(&reply.json), order);
    assert_eq!(shop.status(order).await, "CANCELLED");
}

#[tokio::test]
async fn missing_stock_and_a_missing_agent_are_answered_with_their_codes() {
    let shop = Shop::open().await;
    let (reply, ()) = tokio::join!(waiting(shop.checkout()), async {
        let ReserveStock { order_id, .. } = shop.first_command().await;
        shop.refuse_stock(order_id).await;
    });
    reply.expect_problem(StatusCode::CONFLICT, "OUT_OF_STOCK");
    shop.forget();
    let (reply, ()) = tokio::join!(waiting(shop.checkout()), async {
        let ReserveStock { order_id, .. } = shop.first_command().await;
        shop.reserve(order_id).await;
        shop.pay(order_id).await;
        shop.find_no_agent(order_id).await;
        let total = shop.last::<shared_events::RequestPayment>(order_id).amount;
        shop.undo(order_id, total).await;
    });
    reply.expect_problem(StatusCode::CONFLICT, "NO_DELIVERY_AGENT");
}

#[tokio::test]
async fn a_checkout_that_takes_longer_is_answered_with_202_and_where_it_stands() {
    let shop = Shop::open().await;
    let (reply, ()) = tokio::join!(waiting(shop.checkout()), async {
        let ReserveStock { order_id, .. } = shop.first_command().await;
        shop.reserve(order_id).await;
        shop.pay(order_id).await;
        shop.advance(Duration::from_secs(10)).await;
    });
    assert_eq!(
        reply.expect(StatusCode::ACCEPTED).at("/status"),
        "CONFIRMED"
    );
}

#[tokio::test]
async fn what_another_process_settles_is_found_by_the_poll() {
    let shop = Shop::open().await;
    let (reply, ()) = tokio::join!(waiting(shop.checkout()), async {
        let ReserveStock { order_id, .. } = shop.first_command().await;
        // As another replica would: past this process, which hears nothing of it.
        shop.execute(format!(
            "UPDATE orders SET outcome = 'CONFIRMED', version = 9 WHERE id = {}",
            shop.literal(order_id)
        ))
        .await;
        shop.settle().await;
    });
    reply.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn where_too_many_wait_already_the_answer_comes_at_once() {
    let shop = Shop::open_with(Config {
        most_waiting: 0,
        ..Config::for_testing()
    })
    .await;
    let reply = waiting(shop.checkout()).await.expect(StatusCode::ACCEPTED);
    assert_eq!(reply.at("/status"), "PLACED");
}

#[tokio::test]
async fn the_same_request_again_waits_for_the_same_order() {
    let shop = Shop::open().await;
    let placed = shop
        .checkout_as("key", &order())
        .await
        .expect(StatusCode::ACCEPTED);
    let id = order_id(&placed.json);
    shop.settle().await;
    let (reply, ()) = tokio::join!(waiting(shop.checkout_as("key", &order())), async {
        shop.reserve(id).await;
        shop.pay(id).await;
        shop.assign(id).await;
    });
    let reply = reply.expect(StatusCode::CREATED);
    assert_eq!(
        (order_id(&reply.json), reply.header("idempotency-replayed")),
        (id, Some("true"))
    );
    let late = waiting(shop.checkout_as("key", &order()))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(order_id(&late.json), id);
}
