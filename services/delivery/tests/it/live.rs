//! Tracking as it happens.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures::{FutureExt, StreamExt};
use http::StatusCode;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName};
use revcart_testkit::TestService;
use serde_json::json;
use shared_events::OrderId;

use crate::world::{self, ISLANDS, MAINLAND};

async fn stream(delivery: &TestService, order: OrderId, last: Option<&str>) -> BodyDataStream {
    let mut call = delivery
        .get(&format!("/api/delivery/tracking/{order}"))
        .token(&delivery.admin)
        .header(ACCEPT, "text/event-stream");
    if let Some(last) = last {
        call = call.header(HeaderName::from_static("last-event-id"), last);
    }
    let response = call.response().await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[CONTENT_TYPE], "text/event-stream");
    response.into_body().into_data_stream()
}

/// The next event, or `None` at the end of the stream.
async fn event(stream: &mut BodyDataStream) -> Option<String> {
    let bytes = stream.next().await?.unwrap();
    Some(String::from_utf8(bytes.to_vec()).unwrap())
}

async fn expect(stream: &mut BodyDataStream, parts: &[&str]) {
    let event = event(stream).await.unwrap();
    for part in parts {
        assert!(event.contains(part), "{part} is not in {event}");
    }
}

#[tokio::test]
async fn stream_tells_every_status_and_place_until_the_hand_over() {
    let delivery = world::without_agents().await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let mut stream = stream(&delivery, order, None).await;
    expect(&mut stream, &["event: status", "id: 1", "PENDING"]).await;
    assert!(stream.next().now_or_never().is_none(), "nothing is new");

    let (_, login) = world::hire(&delivery, None).await;
    delivery.settle().await;
    expect(
        &mut stream,
        &["id: 2", "ASSIGNED", "Asha", "estimatedArrival"],
    )
    .await;
    // The stream follows the agent from the moment on when it waits for more.
    assert!(stream.next().now_or_never().is_none());
    let place = json!({ "latitude": 18.5, "longitude": 73.8 });
    let call = delivery.post("/api/delivery/location").token(&login);
    call.json(&place).await.expect(StatusCode::OK);
    expect(&mut stream, &["event: location", "18.5", "73.8"]).await;
    for (status, number) in [("PICKED_UP", "id: 3"), ("DELIVERED", "id: 4")] {
        let reply = world::report(&delivery, &login, order, status).await;
        reply.expect(StatusCode::OK);
        expect(&mut stream, &[number, status]).await;
    }
    assert_eq!(event(&mut stream).await, None);
}

#[tokio::test]
async fn client_that_comes_back_misses_nothing() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    let mut from_the_start = stream(&delivery, order, Some("0")).await;
    expect(&mut from_the_start, &["id: 1", "ASSIGNED"]).await;
    expect(&mut from_the_start, &["id: 2", "PICKED_UP"]).await;
    let mut up_to_date = stream(&delivery, order, Some("2")).await;
    assert!(up_to_date.next().now_or_never().is_none());
    let reply = world::report(&delivery, &login, order, "DELIVERED").await;
    reply.expect(StatusCode::OK);
    expect(&mut up_to_date, &["id: 3", "DELIVERED"]).await;
    assert_eq!(event(&mut up_to_date).await, None);
}

#[tokio::test]
async fn what_was_committed_elsewhere_is_found_by_looking() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let place = json!({ "latitude": 18.5, "longitude": 73.8 });
    let call = delivery.post("/api/delivery/location").token(&login);
    call.json(&place).await.expect(StatusCode::OK);
    let order = world::on_the_road(&delivery, &login).await;
    let mut stream = stream(&delivery, order, None).await;
    expect(&mut stream, &["PICKED_UP"]).await;
    assert!(stream.next().now_or_never().is_none());
    delivery.settle().await;
    expect(&mut stream, &["event: location", "18.5"]).await;
}

#[tokio::test]
async fn stream_ends_when_nobody_was_found() {
    let delivery = world::with_demo_agents().await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, ISLANDS)).await;
    delivery.settle().await;
    let mut stream = stream(&delivery, order, None).await;
    expect(&mut stream, &["PENDING"]).await;
    delivery
        .advance(world::PATIENCE + Duration::from_secs(1))
        .await;
    expect(&mut stream, &["FAILED"]).await;
    assert_eq!(event(&mut stream).await, None);
}
