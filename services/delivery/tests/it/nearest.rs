//! Who of several free agents gets a parcel: the least loaded, of those the nearest, by fresh news.

use std::time::Duration;

use http::StatusCode;
use revcart_testkit::{Actor, TestService};
use serde_json::json;
use shared_events::{AgentId, DeliveryAssigned, OrderId};

use crate::world::{self, MAINLAND};

/// Where postal codes that begin with 411 lie, by the settings.
const PUNE: (f64, f64) = (18.5204, 73.8567);

async fn appear(delivery: &TestService, who: &Actor, (latitude, longitude): (f64, f64)) {
    let body = json!({ "latitude": latitude, "longitude": longitude });
    let call = delivery.post("/api/delivery/location").token(who);
    call.json(&body).await.expect(StatusCode::OK);
}

async fn given_to(delivery: &TestService) -> AgentId {
    delivery.forget();
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    delivery.published_once::<DeliveryAssigned>().agent_id
}

#[tokio::test]
async fn of_the_least_loaded_the_nearest_to_the_door_is_chosen() {
    let delivery = world::without_agents().await;
    let (unseen, _) = world::hire(&delivery, None).await;
    let (far, far_login) = world::hire(&delivery, None).await;
    let (near, near_login) = world::hire(&delivery, None).await;
    appear(&delivery, &far_login, (19.0760, 72.8777)).await;
    appear(&delivery, &near_login, PUNE).await;
    let mut given = Vec::new();
    for _ in 0..4 {
        given.push(given_to(&delivery).await);
    }
    assert_eq!(given, [near, far, unseen, near], "the load comes first");
}

#[tokio::test]
async fn news_that_are_old_do_not_count() {
    let config = delivery_service::Config {
        location_fresh: Duration::from_secs(60),
        ..delivery_service::Config::for_testing()
    };
    let delivery = world::configured(config).await;
    let (first, first_login) = world::hire(&delivery, None).await;
    let (second, second_login) = world::hire(&delivery, None).await;
    appear(&delivery, &second_login, PUNE).await;
    delivery.clock().advance(Duration::from_secs(61));
    appear(&delivery, &first_login, (28.6, 77.2)).await;
    assert_eq!(given_to(&delivery).await, first);
    assert_eq!(given_to(&delivery).await, second);
    delivery.clock().advance(Duration::from_secs(2));
    appear(&delivery, &second_login, PUNE).await;
    assert_eq!(given_to(&delivery).await, second);
}

#[tokio::test]
async fn where_there_is_a_depot_it_is_the_depot_that_agents_are_near_to() {
    let delivery = world::without_agents().await;
    let (at_the_door, first_login) = world::hire(&delivery, None).await;
    let (at_the_depot, second_login) = world::hire(&delivery, None).await;
    appear(&delivery, &first_login, PUNE).await;
    appear(&delivery, &second_login, (18.6, 73.7)).await;
    assert_eq!(given_to(&delivery).await, at_the_door);
    assert_eq!(given_to(&delivery).await, at_the_depot);
    let body = json!({ "depot": { "latitude": 18.6, "longitude": 73.7 }, "version": 0 });
    let call = delivery.put("/api/delivery/zones/default");
    let call = call.token(&delivery.admin).json(&body);
    call.await.expect(StatusCode::OK);
    assert_eq!(given_to(&delivery).await, at_the_depot);
}
