//! Notifications over a real WebSocket.

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use shared_events::{OrderId, UserId};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::shop::{open, placed};

#[tokio::test]
async fn who_looks_on_hears_of_their_own_orders_only() {
    let shop = open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = revcart_runtime::Shutdown::new();
    let serving =
        revcart_http_edge::server::serve(listener, shop.service.router(), shutdown.clone());
    let token = shop.service.customer.token.clone();
    let watching = async {
        let mut request = format!("ws://{address}/ws/notifications")
            .into_client_request()
            .unwrap();
        request
            .headers_mut()
            .insert("authorization", format!("Bearer {token}").parse().unwrap());
        let (mut by_header, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let (mut by_message, _) =
            tokio_tungstenite::connect_async(format!("ws://{address}/ws/notifications"))
                .await
                .unwrap();
        by_message
            .send(Message::text(json!({"token": token}).to_string()))
            .await
            .unwrap();
        let (mut forged, _) =
            tokio_tungstenite::connect_async(format!("ws://{address}/ws/notifications"))
                .await
                .unwrap();
        forged
            .send(Message::text(json!({"token": "forged"}).to_string()))
            .await
            .unwrap();
        // The server asks each it has let in whether it is there, which tells that it listens.
        for socket in [&mut by_header, &mut by_message] {
            assert!(matches!(socket.next().await, Some(Ok(Message::Ping(_)))));
        }
        let closed = forged.next().await.unwrap().unwrap();
        assert!(matches!(closed, Message::Close(Some(frame)) if u16::from(frame.code) == 4401));
        let order = OrderId::new();
        shop.service
            .deliver(placed(
                OrderId::new(),
                Some(UserId::new()),
                "bob@example.com",
            ))
            .await;
        shop.service
            .deliver(placed(
                order,
                Some(shop.service.customer.id),
                "ann@example.com",
            ))
            .await;
        shop.service.settle().await;
        for socket in [&mut by_header, &mut by_message] {
            let told: Value =
                serde_json::from_str(socket.next().await.unwrap().unwrap().to_text().unwrap())
                    .unwrap();
            assert_eq!(told["orderId"], json!(order));
            assert_eq!(told["template"], "order_received");
        }
        shutdown.trigger();
    };
    let limit = std::time::Duration::from_secs(20);
    let (served, ()) = tokio::time::timeout(limit, async { tokio::join!(serving, watching) })
        .await
        .expect("the sockets are told");
    served.unwrap();
}
