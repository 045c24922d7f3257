use delivery_service::{Config, build};
use http::StatusCode;
use revcart_http_edge::host;
use revcart_testkit::TestService;
use shared_events::{DeliveryAssigned, DeliveryCompleted, DeliveryFailed, OrderId};

use crate::world::{self, ISLANDS, MAINLAND};

async fn restarted(delivery: TestService) -> TestService {
    let again = async |adapters| -> anyhow::Result<host::Service> {
        build(Config::for_testing(), adapters).await
    };
    delivery.restart(again).await
}

#[tokio::test]
async fn search_goes_on_after_a_restart() {
    let delivery = world::without_agents().await;
    let (served, given_up) = (OrderId::new(), OrderId::new());
    delivery.deliver(world::assign(served, MAINLAND)).await;
    delivery.deliver(world::assign(given_up, ISLANDS)).await;
    delivery.settle().await;
    let delivery = restarted(delivery).await;
    world::hire(&delivery, None).await;
    delivery.settle().await;
    let assigned = delivery.published_once::<DeliveryAssigned>();
    assert_eq!(assigned.order_id, served);
    assert_eq!(assigned.saga, Some(world::saga(served, 1)));
    delivery.advance(world::PATIENCE).await;
    let failed = delivery.published_once::<DeliveryFailed>();
    assert_eq!(failed.order_id, given_up);
}

#[tokio::test]
async fn answers_and_loads_survive_a_restart() {
    let delivery = world::without_agents().await;
    let (agent, login) = world::hire(&delivery, Some(2)).await;
    let command = world::assign(OrderId::new(), MAINLAND);
    delivery.deliver(command.clone()).await;
    delivery.settle().await;
    let answer = delivery.published_once::<DeliveryAssigned>();
    let delivery = restarted(delivery).await;
    delivery.deliver(command.clone()).await;
    delivery.settle().await;
    assert_eq!(delivery.published_once::<DeliveryAssigned>(), answer);
    assert_eq!(world::load(&delivery, agent).await, 1);
    for status in ["PICKED_UP", "DELIVERED"] {
        let reply = world::report(&delivery, &login, command.order_id, status).await;
        reply.expect(StatusCode::OK);
    }
    delivery.settle().await;
    delivery.published_once::<DeliveryCompleted>();
}

#[tokio::test]
async fn what_was_not_said_before_a_crash_is_said_after_it() {
    let delivery = world::with_demo_agents().await;
    delivery
        .deliver(world::assign(OrderId::new(), MAINLAND))
        .await;
    for consumer in &delivery.parts().consumers {
        consumer.step().await.unwrap();
    }
    let delivery = restarted(delivery).await;
    delivery.settle().await;
    delivery.published_once::<DeliveryAssigned>();
}
