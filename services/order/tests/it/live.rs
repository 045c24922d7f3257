//! Where an order stands, at once and live.

use http::StatusCode;
use http::header::HeaderName;
use revcart_testkit::Events;
use serde_json::json;
use shared_events::OrderId;

use crate::shop::Shop;

async fn stream(shop: &Shop, order: OrderId, last_event: Option<&str>) -> Events {
    let path = format!("/api/orders/{order}/status");
    let mut call = shop.get(&path).token(&shop.customer);
    if let Some(last_event) = last_event {
        call = call.header(HeaderName::from_static("last-event-id"), last_event);
    }
    call.events().await
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
    let first = stream.next().await.unwrap();
    assert!(
        first.contains("event: status") && first.contains("id: 1") && first.contains("PLACED"),
        "{first}"
    );
    assert!(stream.is_quiet(), "nothing has changed");
    shop.pay(id).await;
    let second = stream.next().await.unwrap();
    assert!(
        second.contains("id: 2") && second.contains("CONFIRMED"),
        "{second}"
    );
    shop.assign(id).await;
    shop.pick_up(id).await;
    shop.hand_over(id).await;
    assert!(stream.next().await.unwrap().contains("OUT_FOR_DELIVERY"));
    assert!(stream.next().await.unwrap().contains("DELIVERED"));
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn a_client_that_comes_back_misses_nothing() {
    let shop = Shop::open().await;
    let id = shop.place_and_assign().await;
    shop.pick_up(id).await;
    let mut stream = stream(&shop, id, Some("1")).await;
    assert!(stream.next().await.unwrap().contains("CONFIRMED"));
    assert!(stream.next().await.unwrap().contains("OUT_FOR_DELIVERY"));
    assert!(stream.is_quiet());
}

#[tokio::test]
async fn a_stream_of_an_order_that_is_over_ends_after_its_status() {
    let shop = Shop::open().await;
    let id = shop.place().await;
    shop.refuse_stock(id).await;
    let mut stream = stream(&shop, id, None).await;
    assert!(stream.next().await.unwrap().contains("CANCELLED"));
    assert_eq!(stream.next().await, None);
}
