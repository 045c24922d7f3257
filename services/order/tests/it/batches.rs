//! Many messages in one transaction, repeated, out of order, and after a crash.

use http::StatusCode;
use order_service::Config;
use shared_events::{OrderConfirmed, RequestPayment, ReserveStock};

use crate::shop::{Shop, delivery_assigned, payment_completed, stock_reserved};

#[tokio::test]
async fn replies_of_many_orders_are_handled_together() {
    let shop = Shop::open().await;
    for version in 1..=40 {
        shop.cart_holds(version, &[(shop.tea, 1, "199.00")]);
        shop.checkout().await.expect(StatusCode::ACCEPTED);
    }
    shop.settle().await;
    for asked in shop.sent::<ReserveStock>() {
        shop.deliver(stock_reserved(&asked)).await;
    }
    shop.settle().await;
    let payments = shop.sent::<RequestPayment>();
    assert_eq!(payments.len(), 40);
    for asked in &payments {
        shop.deliver(payment_completed(asked)).await;
    }
    shop.settle().await;
    assert_eq!(shop.published::<OrderConfirmed>().len(), 40);
}

#[tokio::test]
async fn messages_of_one_order_in_one_batch_see_each_other() {
    let shop = Shop::open().await;
    let id = shop.place_and_pay().await;
    let assigned = delivery_assigned(&shop.last(id));
    shop.deliver(assigned).await;
    let picked_up = shared_events::DeliveryInProgress {
        delivery_id: shared_events::DeliveryId::new(),
        order_id: id,
        agent_id: shared_events::AgentId::new(),
    };
    shop.deliver(picked_up).await;
    shop.hand_over(id).await;
    assert_eq!(shop.status(id).await, "DELIVERED");
}

#[tokio::test]
async fn a_message_that_comes_twice_or_is_said_twice_counts_once() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let asked: ReserveStock = shop.last(id);
    let envelope = shop.deliver(stock_reserved(&asked)).await;
    shop.deliver_envelope(&envelope).await;
    shop.settle().await;
    shop.deliver_envelope(&envelope).await;
    shop.deliver(stock_reserved(&asked)).await;
    shop.settle().await;
    shop.sent_once::<RequestPayment>();
    assert_eq!(shop.status(id).await, "PLACED");
}

#[tokio::test]
async fn a_later_fact_implies_the_earlier_ones() {
    let shop = Shop::open().await;
    let id = shop.place_and_pay().await;
    shop.pick_up(id).await;
    assert_eq!(shop.status(id).await, "OUT_FOR_DELIVERY");
    let asked = shop.last(id);
    shop.deliver(delivery_assigned(&asked)).await;
    shop.settle().await;
    assert_eq!(
        shop.status(id).await,
        "OUT_FOR_DELIVERY",
        "a status never moves back"
    );
}

#[tokio::test]
async fn a_crash_between_two_messages_loses_nothing() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    let asked: ReserveStock = shop.last(id);
    shop.deliver(stock_reserved(&asked)).await;
    let Shop { service, .. } = shop;
    let service = service
        .restart(|adapters| order_service::build(Config::for_testing(), adapters))
        .await;
    service.settle().await;
    assert_eq!(service.sent_once::<RequestPayment>().order_id, id);
}
