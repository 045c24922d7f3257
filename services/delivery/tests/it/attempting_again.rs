use http::StatusCode;
use serde_json::json;
use shared_events::{
    DeliveryAssigned, DeliveryCancelled, DeliveryCompleted, DeliveryFailed, DeliveryStage,
};

use crate::world;

#[tokio::test]
async fn parcel_that_came_back_is_brought_again_under_the_next_attempt() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    let path = format!("/api/delivery/{order}/status");
    let body = json!({ "status": "FAILED", "note": "nobody at home" });
    let failed = delivery.put(&path).token(&login).json(&body).await;
    assert_eq!(failed.expect(StatusCode::OK).at("/status"), "FAILED");
    delivery.settle().await;
    let failed = delivery.published_once::<DeliveryFailed>();
    assert_eq!(failed.stage, DeliveryStage::Doorstep);
    assert_eq!(failed.reason, "nobody at home");
    assert_eq!(failed.saga, None);
    assert_eq!(world::load(&delivery, agent).await, 0);

    delivery.deliver(world::assign_again(order, 2)).await;
    delivery.settle().await;
    let assigned = delivery.published_once::<DeliveryAssigned>();
    assert_eq!(assigned.saga, Some(world::saga(order, 2)));
    assert_eq!(world::load(&delivery, agent).await, 1);
    for status in ["PICKED_UP", "DELIVERED"] {
        let reply = world::report(&delivery, &login, order, status).await;
        reply.expect(StatusCode::OK);
    }
    delivery.settle().await;
    assert_eq!(
        delivery.published_once::<DeliveryCompleted>().order_id,
        order
    );
    assert_eq!(world::load(&delivery, agent).await, 0);
}

#[tokio::test]
async fn attempt_that_nobody_takes_fails_and_the_next_one_may_succeed() {
    let delivery = world::without_agents().await;
    let order = shared_events::OrderId::new();
    delivery
        .deliver(world::assign(order, world::MAINLAND))
        .await;
    delivery.settle().await;
    delivery.advance(world::PATIENCE).await;
    delivery.published_once::<DeliveryFailed>();
    let (agent, _) = world::hire(&delivery, None).await;
    delivery.settle().await;
    assert!(delivery.published::<DeliveryAssigned>().is_empty());

    let again = shared_events::AssignDelivery {
        expires_at: delivery.now() + world::PATIENCE,
        ..world::assign_again(order, 2)
    };
    delivery.deliver(again).await;
    delivery.settle().await;
    let assigned = delivery.published_once::<DeliveryAssigned>();
    assert_eq!((assigned.order_id, assigned.agent_id), (order, agent));
}

#[tokio::test]
async fn parcel_that_came_back_can_be_given_up() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    let failed = world::report(&delivery, &login, order, "FAILED").await;
    failed.expect(StatusCode::OK);
    delivery.deliver(world::cancel(order, 2)).await;
    delivery.settle().await;
    let cancelled = delivery.published_once::<DeliveryCancelled>();
    assert_eq!(cancelled.saga, Some(world::saga(order, 2)));
    assert_eq!(world::load(&delivery, agent).await, 0);
}
