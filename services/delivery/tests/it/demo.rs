use delivery_service::demo;
use http::StatusCode;
use serde_json::json;
use shared_events::{OrderId, UserId};

use crate::world::{self, MAINLAND};

#[tokio::test]
async fn demo_has_three_agents_without_limit_and_the_first_is_the_login_given() {
    let delivery = world::with_demo_agents().await;
    let list = delivery.get("/api/delivery/agents").token(&delivery.admin);
    let list = list.await.expect(StatusCode::OK);
    let agents = list.at("/items").as_array().unwrap();
    assert_eq!(agents.len(), 3);
    for agent in agents {
        assert_eq!(agent["zone"], "default");
        assert_eq!(agent["onShift"], json!(true));
        assert_eq!(agent["capacity"], json!(null));
    }
    assert_eq!(agents[0]["userId"], json!(delivery.agent.id));
    delivery
        .deliver(world::assign(OrderId::new(), MAINLAND))
        .await;
    delivery.settle().await;
    let own = delivery.get("/api/delivery/agent/me/orders");
    let own = own.token(&delivery.agent).await.expect(StatusCode::OK);
    assert_eq!(own.at("/items").as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn demo_is_seeded_once() {
    let delivery = world::with_demo_agents().await;
    let again = demo::seed(delivery.database(), UserId::new()).await;
    assert!(!again.unwrap());
    let list = delivery.get("/api/delivery/agents").token(&delivery.admin);
    assert_eq!(list.await.at("/items").as_array().unwrap().len(), 3);
}
