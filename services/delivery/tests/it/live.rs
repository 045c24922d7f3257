//! Tracking as it happens.

use std::time::Duration;

use http::StatusCode;
use http::header::HeaderName;
use revcart_persistence::documents::values::doc;
use revcart_testkit::{Events, TestService};
use serde_json::json;
use shared_events::OrderId;

use crate::world::{self, ISLANDS, MAINLAND};

async fn stream(delivery: &TestService, order: OrderId) -> Events {
    let call = delivery.get(&format!("/api/delivery/tracking/{order}"));
    call.token(&delivery.admin).events().await
}

async fn stream_from(delivery: &TestService, order: OrderId, last: &str) -> Events {
    let call = delivery.get(&format!("/api/delivery/tracking/{order}"));
    let call = call.header(HeaderName::from_static("last-event-id"), last);
    call.token(&delivery.admin).events().await
}

#[tokio::test]
async fn stream_tells_every_status_and_place_until_the_hand_over() {
    let delivery = world::without_agents().await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let mut stream = stream(&delivery, order).await;
    stream.expect(&["event: status", "id: 1", "PENDING"]).await;
    assert!(stream.is_quiet(), "nothing is new");

    let (_, login) = world::hire(&delivery, None).await;
    delivery.settle().await;
    stream
        .expect(&["id: 2", "ASSIGNED", "Asha", "estimatedArrival"])
        .await;
    // The stream follows the agent from the moment on when it waits for more.
    assert!(stream.is_quiet());
    let place = json!({ "latitude": 18.5, "longitude": 73.8 });
    let call = delivery.post("/api/delivery/location").token(&login);
    call.json(&place).await.expect(StatusCode::OK);
    stream.expect(&["event: location", "18.5", "73.8"]).await;
    for (status, number) in [("PICKED_UP", "id: 3"), ("DELIVERED", "id: 4")] {
        let reply = world::report(&delivery, &login, order, status).await;
        reply.expect(StatusCode::OK);
        stream.expect(&[number, status]).await;
    }
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn client_that_comes_back_misses_nothing() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    let mut from_the_start = stream_from(&delivery, order, "0").await;
    from_the_start.expect(&["id: 1", "ASSIGNED"]).await;
    from_the_start.expect(&["id: 2", "PICKED_UP"]).await;
    let mut up_to_date = stream_from(&delivery, order, "2").await;
    assert!(up_to_date.is_quiet());
    let reply = world::report(&delivery, &login, order, "DELIVERED").await;
    reply.expect(StatusCode::OK);
    up_to_date.expect(&["id: 3", "DELIVERED"]).await;
    assert_eq!(up_to_date.next().await, None);
}

#[tokio::test]
async fn what_another_process_has_committed_is_found_by_looking() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    let mut stream = stream(&delivery, order).await;
    stream.expect(&["PICKED_UP"]).await;
    assert!(stream.is_quiet());
    let seen = world::Elsewhere {
        statement: "UPDATE agents SET latitude = 18500000, longitude = 73800000, located_at = 1767618000000000, locations = 7",
        collection: "agent_positions",
        update: doc! { "$set": { "latitude": 18_500_000_i64, "longitude": 73_800_000_i64, "at": 1_767_618_000_000_000_i64, "locations": 7_i64 } },
    };
    world::change(&delivery, seen).await;
    assert!(stream.is_quiet(), "nobody has looked");
    delivery.settle().await;
    stream.expect(&["event: location", "18.5"]).await;
    let delivered = world::Elsewhere {
        statement: "UPDATE deliveries SET version = 9, history = replace(history, ']', \
            ',{\"status\":\"DELIVERED\",\"at\":\"2026-01-05T12:30:00Z\"}]')",
        collection: "deliveries",
        update: doc! {
            "$set": { "version": 9_i64 },
            "$push": { "history": { "status": "DELIVERED", "at": "2026-01-05T12:30:00Z" } },
        },
    };
    world::change(&delivery, delivered).await;
    delivery.settle().await;
    stream
        .expect(&["event: status", "id: 3", "DELIVERED"])
        .await;
}

#[tokio::test]
async fn where_the_agent_was_before_they_had_the_parcel_is_not_shown() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let place = json!({ "latitude": 18.5, "longitude": 73.8 });
    let call = delivery.post("/api/delivery/location").token(&login);
    call.json(&place).await.expect(StatusCode::OK);
    delivery.clock().advance(Duration::from_secs(60));
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let mut stream = stream(&delivery, order).await;
    stream.expect(&["ASSIGNED"]).await;
    assert!(stream.is_quiet());
    delivery.settle().await;
    assert!(stream.is_quiet(), "what was found by looking is too old");
    let path = format!("/api/delivery/tracking/{order}");
    let seen = delivery.get(&path).token(&delivery.admin).await;
    let seen = seen.expect(StatusCode::OK);
    assert_eq!(seen.at("/status"), "ASSIGNED");
    assert_eq!(seen.at("/location"), &json!(null));

    let place = json!({ "latitude": 18.6, "longitude": 73.8 });
    let call = delivery.post("/api/delivery/location").token(&login);
    call.json(&place).await.expect(StatusCode::OK);
    stream.expect(&["event: location", "18.6"]).await;
    let seen = delivery.get(&path).token(&delivery.admin).await;
    let seen = seen.expect(StatusCode::OK);
    assert_eq!(seen.at("/location/latitude"), &json!(18.6));
}

#[tokio::test]
async fn stream_ends_when_nobody_was_found() {
    let delivery = world::with_demo_agents().await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, ISLANDS)).await;
    delivery.settle().await;
    let mut stream = stream(&delivery, order).await;
    stream.expect(&["PENDING"]).await;
    delivery
        .advance(world::PATIENCE + Duration::from_secs(1))
        .await;
    stream.expect(&["FAILED"]).await;
    assert_eq!(stream.next().await, None);
}
