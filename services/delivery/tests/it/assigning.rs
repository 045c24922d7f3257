use shared_events::{DeliveryAssigned, DeliveryFailed, DeliveryStage, OrderId, reasons};

use crate::world::{self, ISLANDS, MAINLAND};

#[tokio::test]
async fn order_is_given_to_a_free_agent() {
    let delivery = world::with_demo_agents().await;
    let order = OrderId::new();
    let sent = delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let assigned = delivery.published_once::<DeliveryAssigned>();
    assert_eq!(assigned.order_id, order);
    assert_eq!(assigned.saga, Some(world::saga(order, 1)));
    let said = delivery.said().remove(0);
    assert_eq!(said.causation_id, Some(sent.id));
    assert_eq!(said.correlation_id, order.to_string());
}

#[tokio::test]
async fn order_to_a_zone_without_agents_fails_when_its_time_is_over_and_not_before() {
    let delivery = world::with_demo_agents().await;
    let order = OrderId::new();
    let sent = delivery.deliver(world::assign(order, ISLANDS)).await;
    delivery.settle().await;
    delivery.clock().advance_to(world::expiry());
    assert!(delivery.said().is_empty());
    delivery.settle().await;
    let failed = delivery.published_once::<DeliveryFailed>();
    assert_eq!(failed.order_id, order);
    assert_eq!(failed.reason, reasons::NO_DELIVERY_AGENT);
    assert_eq!(failed.stage, DeliveryStage::Assignment);
    assert_eq!(failed.saga, Some(world::saga(order, 1)));
    assert_eq!(delivery.said().remove(0).causation_id, Some(sent.id));
}
