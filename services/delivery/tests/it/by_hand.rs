//! `POST /api/delivery/assign`.

use http::StatusCode;
use revcart_testkit::{Reply, TestService};
use serde_json::{Value, json};
use shared_events::{DeliveryAssigned, OrderId, Service};

use crate::world::{self, ISLANDS, MAINLAND};

async fn assign(delivery: &TestService, body: Value) -> Reply {
    let call = delivery.post("/api/delivery/assign");
    call.token(&delivery.admin).json(&body).await
}

#[tokio::test]
async fn named_agent_gets_an_order_that_waits() {
    let delivery = world::without_agents().await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    world::hire(&delivery, None).await;
    let (named, _) = world::hire(&delivery, None).await;
    let reply = assign(&delivery, json!({ "orderId": order, "agentId": named })).await;
    let reply = reply.expect(StatusCode::OK);
    assert_eq!(reply.at("/status"), "ASSIGNED");
    assert_eq!(reply.at("/agent/agentId"), &json!(named));
    delivery.settle().await;
    let assigned = delivery.published_once::<DeliveryAssigned>();
    assert_eq!(assigned.agent_id, named);
    assert_eq!(
        assigned.saga,
        Some(world::saga(order, 1)),
        "the saga hears of it"
    );
    assert_eq!(world::load(&delivery, named).await, 1);
}

#[tokio::test]
async fn service_may_have_the_search_go_on() {
    let delivery = world::without_agents().await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let (agent, _) = world::hire(&delivery, None).await;
    let reply = delivery
        .post("/api/delivery/assign")
        .token(delivery.token_of(Service::Order))
        .json(&json!({ "orderId": order }))
        .await
        .expect(StatusCode::OK);
    assert_eq!(reply.at("/agent/agentId"), &json!(agent));
}

#[tokio::test]
async fn order_stays_open_when_nobody_can_take_it() {
    let delivery = world::without_agents().await;
    let (order, elsewhere) = (OrderId::new(), OrderId::new());
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.deliver(world::assign(elsewhere, ISLANDS)).await;
    delivery.settle().await;
    let (full, _) = world::hire(&delivery, Some(0)).await;
    let reply = assign(&delivery, json!({ "orderId": order })).await;
    reply.expect_problem(StatusCode::CONFLICT, "NO_DELIVERY_AGENT");
    for order in [order, elsewhere] {
        let body = json!({ "orderId": order, "agentId": full });
        let reply = assign(&delivery, body).await;
        reply.expect_problem(StatusCode::CONFLICT, "AGENT_NOT_FREE");
    }
    delivery.settle().await;
    assert!(delivery.said().is_empty());
}

#[tokio::test]
async fn nothing_goes_round_the_saga() {
    let delivery = world::with_demo_agents().await;
    let unheard = OrderId::new();
    let reply = assign(&delivery, json!({ "orderId": unheard })).await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let (assigned, tombstone) = (OrderId::new(), OrderId::new());
    delivery.deliver(world::assign(assigned, MAINLAND)).await;
    delivery.deliver(world::cancel(tombstone, 2)).await;
    delivery.settle().await;
    delivery.forget();
    for (order, status) in [(assigned, "ASSIGNED"), (tombstone, "CANCELLED")] {
        let reply = assign(&delivery, json!({ "orderId": order })).await;
        let reply = reply.expect_problem(StatusCode::CONFLICT, "NOT_OPEN");
        assert_eq!(reply.at("/deliveryStatus"), status);
    }
    delivery.settle().await;
    assert!(delivery.said().is_empty());
}
