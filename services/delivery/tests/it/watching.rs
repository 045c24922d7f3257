//! Tracking over a real WebSocket.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use http::StatusCode;
use revcart_http_edge::EdgeOptions;
use revcart_http_edge::server;
use revcart_runtime::Shutdown;
use revcart_testkit::TestService;
use serde_json::{Value, json};
use shared_events::{OrderId, Service};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::world::{self, MAINLAND};

const LIMIT: Duration = Duration::from_secs(20);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The service on a port of its own, for as long as `client` runs or until it asks for the end.
async fn on_a_port(delivery: &TestService, client: impl AsyncFnOnce(String, Shutdown)) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!(
        "ws://{}/ws/delivery/tracking",
        listener.local_addr().unwrap()
    );
    let shutdown = Shutdown::new();
    let parts = delivery.parts();
    let options = EdgeOptions::new(
        delivery.keys().verifier(),
        delivery.clock().clone(),
        shutdown.clone(),
    );
    let routes = parts.routes.clone();
    let router = server::edge(Service::Delivery, routes, &parts.adapters.health, options);
    let serving = server::serve(listener, router, shutdown.clone());
    let client = async {
        client(address, shutdown.clone()).await;
        shutdown.trigger();
    };
    let both = async { tokio::join!(serving, client) };
    let (served, ()) = tokio::time::timeout(LIMIT, both).await.unwrap();
    served.unwrap();
}

async fn introduced(address: &str, token: &str) -> Socket {
    let (mut socket, _) = connect_async(address).await.expect("it lets anybody in");
    let introduction = json!({ "token": token }).to_string();
    socket.send(Message::text(introduction)).await.unwrap();
    socket
}

async fn with_header(address: &str, token: &str) -> Result<Socket, Error> {
    let mut request = address.into_client_request().unwrap();
    let bearer = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    Ok(connect_async(request).await?.0)
}

/// The next thing said that is no heartbeat.
async fn told(socket: &mut Socket) -> Value {
    loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Ping(_) => {}
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?} is no event"),
        }
    }
}

/// The code with which the server closes.
async fn closed(socket: &mut Socket) -> u16 {
    loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Ping(_) => {}
            Message::Close(Some(frame)) => return frame.code.into(),
            other => panic!("{other:?} is no end"),
        }
    }
}

async fn appear(delivery: &TestService, who: &revcart_testkit::Actor, latitude: f64) {
    let body = json!({ "latitude": latitude, "longitude": 73.8 });
    let call = delivery.post("/api/delivery/location").token(who);
    call.json(&body).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn parcel_is_followed_to_its_end() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    on_a_port(&delivery, async |address, _| {
        let address = format!("{address}/{order}");
        let mut by_header = with_header(&address, &login.token).await.unwrap();
        let guest = delivery.keys().service_tokens(Service::Order);
        let guest = guest.guest(order, Duration::from_secs(60));
        let mut by_message = introduced(&format!("{address}?lastEvent=1"), &guest).await;
        for socket in [&mut by_header, &mut by_message] {
            let first = told(socket).await;
            assert_eq!(
                (&first["event"], &first["id"]),
                (&json!("status"), &json!(2))
            );
            assert_eq!(first["data"]["status"], "PICKED_UP");
            assert_eq!(first["data"]["orderId"], json!(order));
        }
        let reply = world::report(&delivery, &login, order, "DELIVERED").await;
        reply.expect(StatusCode::OK);
        for socket in [&mut by_header, &mut by_message] {
            assert_eq!(told(socket).await["data"]["status"], "DELIVERED");
            assert_eq!(closed(socket).await, 1000);
        }
    })
    .await;
}

#[tokio::test]
async fn strangers_are_shown_nothing() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    on_a_port(&delivery, async |address, _| {
        let address = format!("{address}/{order}");
        let mut forged = introduced(&address, "forged").await;
        assert_eq!(closed(&mut forged).await, 4401);
        let guest = delivery.keys().service_tokens(Service::Order);
        let guest = guest.guest(OrderId::new(), Duration::from_secs(60));
        let mut other = introduced(&address, &guest).await;
        assert_eq!(closed(&mut other).await, 4404);
        let to_others = delivery.keys().service_token(Service::Order, Service::User);
        let mut elsewhere = introduced(&address, &to_others).await;
        assert_eq!(closed(&mut elsewhere).await, 4401);
        for (token, status) in [("forged", 401), (guest.as_str(), 404)] {
            let refused = with_header(&address, token).await;
            let Err(Error::Http(response)) = refused else {
                panic!("{refused:?}");
            };
            assert_eq!(response.status().as_u16(), status);
        }
    })
    .await;
}

#[tokio::test]
async fn shutdown_sends_followers_elsewhere() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    on_a_port(&delivery, async |address, shutdown| {
        let address = format!("{address}/{order}");
        let mut known = with_header(&address, &login.token).await.unwrap();
        told(&mut known).await;
        let (mut unknown, _) = connect_async(&address).await.unwrap();
        shutdown.trigger();
        assert_eq!(closed(&mut known).await, 1001);
        assert_eq!(closed(&mut unknown).await, 1001);
    })
    .await;
}

#[tokio::test]
async fn places_come_every_so_often_and_the_latest_is_told() {
    let config = delivery_service::Config {
        tracking_interval: Duration::from_secs(30),
        ..delivery_service::Config::for_testing()
    };
    let delivery = world::configured(config).await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = OrderId::new();
    delivery.deliver(world::assign(order, MAINLAND)).await;
    delivery.settle().await;
    let call = delivery.get(&format!("/api/delivery/tracking/{order}"));
    let mut stream = call.token(&delivery.admin).events().await;
    stream.expect(&["ASSIGNED"]).await;
    assert!(stream.is_quiet());
    appear(&delivery, &login, 18.0).await;
    stream.expect(&["event: location", "18.0"]).await;
    for latitude in [18.1, 18.2, 18.3] {
        delivery.clock().advance(Duration::from_secs(9));
        appear(&delivery, &login, latitude).await;
        assert!(stream.is_quiet(), "not yet");
    }
    delivery.clock().advance(Duration::from_secs(3));
    stream.expect(&["event: location", "18.3"]).await;
    assert!(stream.is_quiet(), "what was overtaken is not told");
}

#[tokio::test]
async fn what_is_no_websocket_is_told_so() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    let path = format!("/ws/delivery/tracking/{order}");
    let reply = delivery.get(&path).token(&login).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "NOT_A_WEBSOCKET");
    let reply = delivery.get(&path).token(&delivery.agent).await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let reply = delivery.get(&path).await;
    reply.expect_problem(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
}
