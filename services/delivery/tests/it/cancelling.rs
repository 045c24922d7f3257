use futures::future::join_all;
use http::StatusCode;
use shared_events::{
    DeliveryAssigned, DeliveryCancelRefused, DeliveryCancelled, DeliveryFailed, DeliveryInProgress,
    DeliveryStatus, OrderId, reasons,
};

use crate::world::{self, ISLANDS, MAINLAND};

#[tokio::test]
async fn cancelled_order_is_not_brought_and_its_agent_is_free_again() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, Some(1)).await;
    let (order, waiting) = (OrderId::new(), OrderId::new());
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    delivery.deliver(world::assign(waiting, MAINLAND)).await;
    delivery.settle().await;
    delivery.deliver(world::cancel(order, 2)).await;
    delivery.settle().await;
    let cancelled = delivery.published_once::<DeliveryCancelled>();
    assert_eq!(cancelled.order_id, order);
    assert!(cancelled.delivery_id.is_some());
    assert_eq!(cancelled.saga, Some(world::saga(order, 2)));
    let assigned = delivery.published::<DeliveryAssigned>();
    assert_eq!(assigned[1].order_id, waiting, "the next one gets the agent");
    assert_eq!(world::load(&delivery, agent).await, 1);
    let gone = world::report(&delivery, &login, order, "PICKED_UP").await;
    gone.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn agent_freed_within_a_batch_serves_the_rest_of_it() {
    let delivery = world::without_agents().await;
    let (agent, _) = world::hire(&delivery, Some(1)).await;
    let (first, second) = (OrderId::new(), OrderId::new());
    delivery.deliver(world::assign(first, MAINLAND)).await;
    delivery.deliver(world::cancel(first, 2)).await;
    delivery.deliver(world::assign(second, MAINLAND)).await;
    delivery.settle().await;
    let said: Vec<&str> = delivery.said().iter().map(|it| it.data.name()).collect();
    assert_eq!(
        said,
        ["DeliveryAssigned", "DeliveryCancelled", "DeliveryAssigned"]
    );
    assert_eq!(world::load(&delivery, agent).await, 1);
}

#[tokio::test]
async fn cancellation_that_overtakes_the_assignment_keeps_it_from_being_obeyed() {
    let delivery = world::with_demo_agents().await;
    let order = OrderId::new();
    delivery.deliver(world::cancel(order, 2)).await;
    delivery.settle().await;
    let cancelled = delivery.published_once::<DeliveryCancelled>();
    assert_eq!(cancelled.delivery_id, None, "there never was one");
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let failed = delivery.published_once::<DeliveryFailed>();
    assert_eq!(failed.reason, reasons::ALREADY_COMPENSATED);
    assert_eq!(failed.saga, Some(world::saga(order, 1)));
    assert!(delivery.published::<DeliveryAssigned>().is_empty());
}

#[tokio::test]
async fn order_that_waits_for_an_agent_waits_no_more_when_it_is_cancelled() {
    let delivery = world::with_demo_agents().await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, ISLANDS)).await;
    delivery.settle().await;
    delivery.deliver(world::cancel(order, 2)).await;
    delivery.settle().await;
    delivery.published_once::<DeliveryCancelled>();
    delivery.advance(world::PATIENCE).await;
    assert!(delivery.published::<DeliveryFailed>().is_empty());
}

#[tokio::test]
async fn order_that_was_picked_up_is_not_cancelled() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    for attempt in [2, 2, 3] {
        delivery.deliver(world::cancel(order, attempt)).await;
    }
    delivery.settle().await;
    let refused = delivery.published::<DeliveryCancelRefused>();
    let attempts: Vec<_> = refused.iter().map(|it| it.saga.clone()).collect();
    let expected = [2, 2, 3].map(|attempt| Some(world::saga(order, attempt)));
    assert_eq!(attempts, expected);
    assert!(
        refused
            .iter()
            .all(|it| it.status == DeliveryStatus::PickedUp)
    );
    assert!(delivery.published::<DeliveryCancelled>().is_empty());
    assert_eq!(world::load(&delivery, agent).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn between_a_cancellation_and_a_pick_up_exactly_one_wins() {
    const ORDERS: usize = 60;
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let orders: Vec<OrderId> = (0..ORDERS).map(|_| OrderId::new()).collect();
    for order in &orders {
        delivery.deliver(world::assign(*order, MAINLAND)).await;
    }
    delivery.settle().await;
    let race = orders.iter().map(|order| async {
        let pick_up = world::report(&delivery, &login, *order, "PICKED_UP");
        let cancel = delivery.deliver(world::cancel(*order, 2));
        futures::join!(pick_up, cancel).0.status
    });
    let picked_up = delivery.settle_while(join_all(race)).await;
    delivery.settle().await;

    let granted = picked_up.iter().filter(|it| **it == StatusCode::OK).count();
    let gone = |it: &&StatusCode| **it == StatusCode::NOT_FOUND;
    assert_eq!(picked_up.iter().filter(gone).count(), ORDERS - granted);
    assert_eq!(delivery.published::<DeliveryInProgress>().len(), granted);
    assert_eq!(delivery.published::<DeliveryCancelRefused>().len(), granted);
    let cancelled = delivery.published::<DeliveryCancelled>().len();
    assert_eq!(cancelled, ORDERS - granted);
    let left = i64::try_from(granted).unwrap();
    assert_eq!(world::load(&delivery, agent).await, left);
}
