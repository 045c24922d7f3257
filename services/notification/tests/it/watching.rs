//! Notifications over a real WebSocket.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use shared_events::{OrderId, UserId};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::shop::{Shop, open, placed};

const LIMIT: Duration = Duration::from_secs(20);

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

#[tokio::test]
async fn who_looks_on_hears_of_their_own_orders_only() {
    let shop = open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("ws://{}/ws/notifications", listener.local_addr().unwrap());
    let shutdown = revcart_runtime::Shutdown::new();
    let serving =
        revcart_http_edge::server::serve(listener, shop.service.router(), shutdown.clone());
    let watching = async {
        watch(&shop, &address).await;
        shutdown.trigger();
    };
    let (served, ()) = tokio::time::timeout(LIMIT, async { tokio::join!(serving, watching) })
        .await
        .unwrap();
    served.unwrap();
}

async fn watch(shop: &Shop, address: &str) {
    let token = shop.service.customer.token.clone();
    let mut by_header = with_header(address, &token).await;
    let mut by_message = introduced(address, &token).await;
    let mut forged = introduced(address, "forged").await;
    // The server asks each it has let in whether it is there, which tells that it listens.
    for socket in [&mut by_header, &mut by_message] {
        assert!(matches!(next(socket).await, Message::Ping(_)));
    }
    assert!(
        matches!(next(&mut forged).await, Message::Close(Some(frame)) if u16::from(frame.code) == 4401)
    );
    let order = OrderId::new();
    let stranger = placed(OrderId::new(), Some(UserId::new()), "bob@example.com");
    shop.service.deliver(stranger).await;
    let own = placed(order, Some(shop.service.customer.id), "ann@example.com");
    shop.service.deliver(own).await;
    shop.service.settle().await;
    for socket in [&mut by_header, &mut by_message] {
        let told: Value = serde_json::from_str(next(socket).await.to_text().expect("it is text"))
            .expect("it is JSON");
        assert_eq!(told["orderId"], json!(order));
        assert_eq!(told["template"], "order_received");
    }
}

async fn with_header(address: &str, token: &str) -> Socket {
    let mut request = address.into_client_request().expect("the address is one");
    let bearer = format!("Bearer {token}").parse().expect("tokens are ASCII");
    request.headers_mut().insert("authorization", bearer);
    connect_async(request)
        .await
        .expect("the server lets it in")
        .0
}

pub(crate) async fn introduced(address: &str, token: &str) -> Socket {
    let (mut socket, _) = connect_async(address).await.expect("the server lets it in");
    let introduction = json!({"token": token}).to_string();
    socket
        .send(Message::text(introduction))
        .await
        .expect("the server listens");
    socket
}

pub(crate) async fn next(socket: &mut Socket) -> Message {
    socket
        .next()
        .await
        .expect("the connection is open")
        .expect("the server speaks WebSocket")
}
