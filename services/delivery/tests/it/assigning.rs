use std::collections::BTreeMap;
use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use shared_events::{
    DeliveryAssigned, DeliveryFailed, DeliveryStage, Envelope, OrderId, Service, reasons,
};

use crate::world::{self, ISLANDS, MAINLAND};

#[tokio::test]
async fn order_is_given_to_a_free_agent() {
    let delivery = world::without_agents().await;
    let (agent, _) = world::hire(&delivery, None).await;
    let order = OrderId::new();
    let sent = delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let assigned = delivery.published_once::<DeliveryAssigned>();
    assert_eq!((assigned.order_id, assigned.agent_id), (order, agent));
    assert_eq!(assigned.agent_name, "Asha");
    assert_eq!(assigned.saga, Some(world::saga(order, 1)));
    assert!(assigned.estimated_arrival > delivery.now());
    let said = delivery.said().remove(0);
    assert_eq!(said.causation_id, Some(sent.id));
    assert_eq!(said.correlation_id, order.to_string());
    assert_eq!(world::load(&delivery, agent).await, 1);
}

#[tokio::test]
async fn orders_of_one_batch_are_spread_over_the_agents() {
    let delivery = world::with_demo_agents().await;
    for _ in 0..150 {
        delivery
            .deliver(world::assign(OrderId::new(), MAINLAND))
            .await;
    }
    delivery.settle().await;
    let mut loads = BTreeMap::new();
    for assigned in delivery.published::<DeliveryAssigned>() {
        *loads.entry(assigned.agent_id).or_insert(0) += 1;
    }
    assert_eq!(loads.values().copied().collect::<Vec<_>>(), [50, 50, 50]);
    for (agent, load) in loads {
        assert_eq!(world::load(&delivery, agent).await, load);
    }
}

#[tokio::test]
async fn of_two_buyers_of_one_free_hand_one_gets_it_and_the_other_waits() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, Some(1)).await;
    let orders = [OrderId::new(), OrderId::new()];
    for order in orders {
        delivery.deliver(world::assign(order, MAINLAND)).await;
    }
    delivery.settle().await;
    let served = delivery.published_once::<DeliveryAssigned>().order_id;
    assert_eq!(world::load(&delivery, agent).await, 1);

    for status in ["PICKED_UP", "DELIVERED"] {
        let reply = world::report(&delivery, &login, served, status).await;
        reply.expect(StatusCode::OK);
    }
    delivery.settle().await;
    let assigned = delivery.published::<DeliveryAssigned>();
    let waited = orders.into_iter().find(|order| *order != served).unwrap();
    assert_eq!(assigned[1].order_id, waited);
    assert_eq!(assigned[1].saga, Some(world::saga(waited, 1)));
    assert_eq!(world::load(&delivery, agent).await, 1);
}

#[tokio::test]
async fn two_hundred_orders_for_twenty_hands_never_overbook_anybody() {
    let delivery = world::without_agents().await;
    let mut agents = Vec::new();
    for capacity in [3, 7, 10] {
        let (agent, _) = world::hire(&delivery, Some(capacity)).await;
        agents.push((agent, i64::from(capacity)));
    }
    for _ in 0..200 {
        delivery
            .deliver(world::assign(OrderId::new(), MAINLAND))
            .await;
    }
    delivery.settle().await;
    assert_eq!(delivery.published::<DeliveryAssigned>().len(), 20);
    for (agent, capacity) in agents {
        assert_eq!(world::load(&delivery, agent).await, capacity);
    }
    delivery.advance(world::PATIENCE).await;
    assert_eq!(delivery.published::<DeliveryFailed>().len(), 180);
}

#[tokio::test]
async fn order_to_a_zone_without_agents_fails_when_its_time_is_over_and_not_before() {
    let delivery = world::with_demo_agents().await;
    let order = OrderId::new();
    let sent = delivery.deliver(world::assign(order, ISLANDS)).await;
    delivery.settle().await;
    delivery
        .advance(world::PATIENCE.saturating_sub(Duration::from_millis(1)))
        .await;
    assert!(delivery.said().is_empty());
    delivery.advance(Duration::from_millis(1)).await;
    let failed = delivery.published_once::<DeliveryFailed>();
    assert_eq!(failed.order_id, order);
    assert_eq!(failed.reason, reasons::NO_DELIVERY_AGENT);
    assert_eq!(failed.stage, DeliveryStage::Assignment);
    assert_eq!(failed.saga, Some(world::saga(order, 1)));
    let said = delivery.said().remove(0);
    assert_eq!(said.causation_id, Some(sent.id));
    assert_eq!(said.correlation_id, order.to_string());
}

#[tokio::test]
async fn assignment_that_comes_after_its_time_fails_at_once() {
    let delivery = world::with_demo_agents().await;
    let late = world::assign(OrderId::new(), MAINLAND);
    delivery.clock().advance(world::PATIENCE);
    delivery.deliver(late).await;
    delivery.settle().await;
    let failed = delivery.published_once::<DeliveryFailed>();
    assert_eq!(failed.reason, reasons::NO_DELIVERY_AGENT);
}

#[tokio::test]
async fn order_that_waits_is_taken_by_who_comes_on_shift() {
    let delivery = world::without_agents().await;
    let (agent, _) = world::hire(&delivery, None).await;
    let path = format!("/api/delivery/agents/{agent}");
    let change = |body| delivery.put(&path).token(&delivery.admin).json(&body);
    let off = change(json!({ "onShift": false, "version": 1 })).await;
    off.expect(StatusCode::OK);
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    assert!(delivery.said().is_empty());
    let on = change(json!({ "onShift": true, "version": 2 })).await;
    on.expect(StatusCode::OK);
    delivery.settle().await;
    let assigned = delivery.published_once::<DeliveryAssigned>();
    assert_eq!((assigned.order_id, assigned.agent_id), (order, agent));
}

#[tokio::test]
async fn orders_that_wait_are_taken_in_the_order_of_their_coming() {
    let delivery = world::without_agents().await;
    let orders: Vec<OrderId> = (0..5).map(|_| OrderId::new()).collect();
    for order in orders.iter().rev() {
        delivery.deliver(world::assign(*order, MAINLAND)).await;
    }
    delivery.settle().await;
    world::hire(&delivery, Some(2)).await;
    delivery.settle().await;
    let assigned = delivery.published::<DeliveryAssigned>();
    let taken: Vec<OrderId> = assigned.iter().map(|event| event.order_id).collect();
    assert_eq!(taken, orders[..2]);
}

#[tokio::test]
async fn command_that_is_sent_again_gets_the_same_answer_again() {
    let delivery = world::with_demo_agents().await;
    let command = world::assign(OrderId::new(), MAINLAND);
    for _ in 0..3 {
        delivery.deliver(command.clone()).await;
        delivery.settle().await;
    }
    let answers = delivery.published::<DeliveryAssigned>();
    assert_eq!(answers.len(), 3);
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(world::load(&delivery, answers[0].agent_id).await, 1);
}

#[tokio::test]
async fn the_same_message_again_is_not_even_answered() {
    let delivery = world::with_demo_agents().await;
    let sent = delivery
        .deliver(world::assign(OrderId::new(), MAINLAND))
        .await;
    delivery.settle().await;
    delivery.deliver_envelope(&sent).await;
    delivery.settle().await;
    delivery.published_once::<DeliveryAssigned>();
}

#[tokio::test]
async fn what_a_search_brings_in_belongs_to_the_trace_of_the_command() {
    let delivery = world::without_agents().await;
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let command = world::assign(OrderId::new(), MAINLAND);
    let mut envelope = Envelope::new(Service::Order, delivery.now(), command.into());
    envelope.traceparent = Some(traceparent.to_owned());
    delivery.deliver_envelope(&envelope).await;
    delivery.settle().await;
    world::hire(&delivery, None).await;
    delivery.settle().await;
    let said = delivery.said().remove(0);
    assert_eq!(said.traceparent.as_deref(), Some(traceparent));
    assert_eq!(said.causation_id, Some(envelope.id));
}
