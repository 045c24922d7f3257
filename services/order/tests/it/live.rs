//! Where an order stands, at once and live.

use axum::body::BodyDataStream;
use futures::{FutureExt, StreamExt};
use http::StatusCode;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName};
use serde_json::json;
use shared_events::OrderId;

use crate::shop::Shop;

async fn stream(shop: &Shop, order: OrderId, last_event: Option<&str>) -> BodyDataStream {
    let mut call = shop
        .get(&format!("/api/orders/{order}/status"))
        .token(&shop.customer)
        .header(ACCEPT, "text/event-stream");
    if let Some(last_event) = last_event {
        call = call.header(HeaderName::from_static("last-event-id"), last_event);
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

#[tokio::test]
async fn the_status_is_told_with_its_history() {
    let shop = Shop::open().await;
    let id = shop.place_and_pay().await;
    let status = shop
        .get(&format!("/api/orders/{id}/status"))
        .token(&shop.customer)
        .await
        .expect(StatusCode::OK);
    assert_eq!(status.at("/status"), "CONFIRMED");
    assert_eq!(status.at("/orderId"), &json!(id));
    assert_eq!(status.at("/statusHistory/0/status"), "PLACED");
}

#[tokio::test]
async fn a_stream_tells_where_the_order_stands_and_every_change_until_the_end() {
    let shop = Shop::open().await;
    let id = shop.place_and_reserve().await;
    let mut stream = stream(&shop, id, None).await;
    let first = event(&mut stream).await.unwrap();
    assert!(
        first.contains("event: status") && first.contains("id: 1") && first.contains("PLACED"),
        "{first}"
    );
    assert!(
        stream.next().now_or_never().is_none(),
        "nothing has changed"
    );
    shop.pay(id).await;
    let second = event(&mut stream).await.unwrap();
    assert!(
        second.contains("id: 2") && second.contains("CONFIRMED"),
        "{second}"
    );
    shop.assign(id).await;
    shop.pick_up(id).await;
    shop.hand_over(id).await;
    assert!(
        event(&mut stream)
            .await
            .unwrap()
            .contains("OUT_FOR_DELIVERY")
    );
    assert!(event(&mut stream).await.unwrap().contains("DELIVERED"));
    assert_eq!(event(&mut stream).await, None);
}

#[tokio::test]
async fn a_client_that_comes_back_misses_nothing() {
    let shop = Shop::open().await;
    let id = shop.place_and_assign().await;
    shop.pick_up(id).await;
    let mut stream = stream(&shop, id, Some("1")).await;
    assert!(event(&mut stream).await.unwrap().contains("CONFIRMED"));
    assert!(
        event(&mut stream)
            .await
            .unwrap()
            .contains("OUT_FOR_DELIVERY")
    );
    assert!(stream.next().now_or_never().is_none());
}

#[tokio::test]
async fn a_stream_of_an_order_that_is_over_ends_after_its_status() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    shop.refuse_stock(id).await;
    let mut stream = stream(&shop, id, None).await;
    assert!(event(&mut stream).await.unwrap().contains("CANCELLED"));
    assert_eq!(event(&mut stream).await, None);
}
