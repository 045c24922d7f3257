use shared_events::{
    OrderId, ProductId, SagaRef, StockReleased, StockReservationFailed, StockReserved, reasons,
};

use crate::shop::{self, confirmed, figures, line, release, reserve, saga};

#[tokio::test]
async fn stock_is_reserved_sold_and_put_back() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 10).await;
    let order = OrderId::new();
    let command = shop.deliver(reserve(order, &[line(product, 3)])).await;
    shop.settle().await;
    assert_eq!(figures(&shop, product).await, [10, 3, 7, 0]);
    let reserved = shop.published_once::<StockReserved>();
    assert_eq!(reserved.order_id, order);
    assert_eq!(reserved.lines, [line(product, 3)]);
    assert_eq!(reserved.expires_at, None);
    assert_eq!(reserved.saga, Some(saga(order, 1)));
    let said = shop.said();
    let reply = said.iter().find(|it| it.causation_id == Some(command.id));
    assert_eq!(reply.unwrap().correlation_id, order.to_string());

    shop.deliver(confirmed(order)).await;
    shop.settle().await;
    assert_eq!(figures(&shop, product).await, [7, 0, 7, 3]);

    shop.deliver(release(order)).await;
    shop.settle().await;
    assert_eq!(figures(&shop, product).await, [10, 0, 10, 0]);
    let released = shop.published_once::<StockReleased>();
    assert_eq!(released.lines, [line(product, 3)]);
    assert_eq!(released.reservation_id, Some(reserved.reservation_id));
}

#[tokio::test]
async fn a_reservation_is_all_or_nothing() {
    let shop = shop::open().await;
    let plenty = shop::stocked(&shop, 10).await;
    let scarce = shop::stocked(&shop, 1).await;
    let lines = [line(plenty, 2), line(scarce, 2)];
    shop.deliver(reserve(OrderId::new(), &lines)).await;
    shop.settle().await;
    let failed = shop.published_once::<StockReservationFailed>();
    assert_eq!(failed.reason, reasons::INSUFFICIENT_STOCK);
    assert_eq!(failed.shortages.len(), 1);
    assert_eq!(failed.shortages[0].available, 1);
    assert_eq!(figures(&shop, plenty).await, [10, 0, 10, 0]);
}

#[tokio::test]
async fn an_unknown_product_is_refused_without_a_dead_letter() {
    let shop = shop::open().await;
    let lines = [line(ProductId::new(), 1)];
    shop.deliver(reserve(OrderId::new(), &lines)).await;
    shop.settle().await;
    let failed = shop.published_once::<StockReservationFailed>();
    assert_eq!(failed.reason, reasons::UNKNOWN_PRODUCT);
}

#[tokio::test]
async fn the_same_message_twice_is_answered_once() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 10).await;
    let envelope = shop
        .deliver(reserve(OrderId::new(), &[line(product, 3)]))
        .await;
    shop.settle().await;
    shop.deliver_envelope(&envelope).await;
    shop.settle().await;
    assert_eq!(shop.published::<StockReserved>().len(), 1);
    assert_eq!(figures(&shop, product).await, [10, 3, 7, 0]);
}

#[tokio::test]
async fn the_same_command_sent_again_gets_the_same_answer_and_has_no_second_effect() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 3).await;
    let (winner, loser) = (OrderId::new(), OrderId::new());
    for order in [winner, loser, winner, loser] {
        shop.deliver(reserve(order, &[line(product, 3)])).await;
        shop.settle().await;
    }
    let reserved = shop.published::<StockReserved>();
    assert_eq!(reserved.len(), 2);
    assert_eq!(reserved[0], reserved[1]);
    let failed = shop.published::<StockReservationFailed>();
    assert_eq!(failed[0], failed[1]);
    assert_eq!(figures(&shop, product).await, [3, 3, 0, 0]);
}

#[tokio::test]
async fn a_new_attempt_is_decided_anew() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 1).await;
    let (first, second) = (OrderId::new(), OrderId::new());
    shop.deliver(reserve(first, &[line(product, 1)])).await;
    shop.deliver(reserve(second, &[line(product, 1)])).await;
    shop.deliver(release(first)).await;
    shop.settle().await;
    assert_eq!(shop.published::<StockReservationFailed>().len(), 1);

    let mut again = reserve(second, &[line(product, 1)]);
    again.saga = SagaRef {
        attempt: 2,
        ..again.saga
    };
    shop.deliver(again).await;
    shop.settle().await;
    let reserved = shop.published::<StockReserved>();
    assert_eq!(reserved.last().unwrap().saga, Some(saga(second, 2)));
}

#[tokio::test]
async fn a_release_that_overtakes_its_reservation_is_a_tombstone() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    let order = OrderId::new();
    shop.deliver(release(order)).await;
    shop.settle().await;
    assert_eq!(shop.published_once::<StockReleased>().lines, []);
    shop.deliver(reserve(order, &[line(product, 1)])).await;
    shop.settle().await;
    let failed = shop.published_once::<StockReservationFailed>();
    assert_eq!(failed.reason, reasons::ALREADY_COMPENSATED);
    assert_eq!(figures(&shop, product).await, [5, 0, 5, 0]);
}

#[tokio::test]
async fn a_confirmation_after_a_release_changes_nothing() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    let order = OrderId::new();
    shop.deliver(reserve(order, &[line(product, 1)])).await;
    shop.deliver(release(order)).await;
    shop.deliver(confirmed(order)).await;
    shop.deliver(confirmed(OrderId::new())).await;
    shop.settle().await;
    assert_eq!(figures(&shop, product).await, [5, 0, 5, 0]);
}

#[tokio::test]
async fn a_whole_life_fits_into_one_batch() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    let (kept, cancelled, tombstone) = (OrderId::new(), OrderId::new(), OrderId::new());
    shop.deliver(release(tombstone)).await;
    for order in [kept, cancelled, tombstone] {
        shop.deliver(reserve(order, &[line(product, 2)])).await;
    }
    for order in [kept, cancelled] {
        shop.deliver(confirmed(order)).await;
    }
    shop.deliver(release(cancelled)).await;
    let settled = shop.settle().await;
    assert_eq!(settled.received, 7);
    assert_eq!(shop.published::<StockReserved>().len(), 2);
    assert_eq!(figures(&shop, product).await, [3, 0, 3, 2]);
}

#[tokio::test]
async fn a_saga_holds_stock_for_as_long_as_it_takes() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 5).await;
    shop.deliver(reserve(OrderId::new(), &[line(product, 2)]))
        .await;
    shop.settle().await;
    shop.advance(std::time::Duration::from_secs(30 * 24 * 3600))
        .await;
    assert_eq!(figures(&shop, product).await, [5, 2, 3, 0]);
}

#[tokio::test]
async fn what_was_decided_survives_a_restart() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 3).await;
    let order = OrderId::new();
    shop.deliver(reserve(order, &[line(product, 3)])).await;
    shop.settle().await;
    let shop = shop
        .restart(|adapters| {
            product_service::build(product_service::Config::for_testing(), adapters)
        })
        .await;
    shop.deliver(reserve(order, &[line(product, 3)])).await;
    shop.deliver(confirmed(order)).await;
    shop.settle().await;
    assert_eq!(shop.published_once::<StockReserved>().order_id, order);
    assert_eq!(figures(&shop, product).await, [0, 0, 0, 3]);
}
