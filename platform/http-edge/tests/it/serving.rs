//! Over a real socket.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::WebSocketUpgrade;
use axum::extract::ws::Message;
use axum::routing::{any, get as on_get, post as on_post};
use futures::{SinkExt, StreamExt};
use revcart_http_edge::{Json, serve};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::world::World;

struct Served {
    address: String,
    world: World,
    server: JoinSet<std::io::Result<()>>,
}

impl Served {
    async fn start(routes: Router) -> Self {
        let world = World::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let mut server = JoinSet::new();
        server.spawn(serve(listener, world.serve(routes), world.shutdown.clone()));
        Self {
            address,
            world,
            server,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn ended(mut self) {
        self.server.join_next().await.unwrap().unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_request_in_hand_ends_before_the_server_does_and_idle_connections_do_not_hold_it_up() {
    let (begun, finish) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (begun, finish) = (Arc::clone(&begun), Arc::clone(&finish));
        move || async move {
            begun.notify_one();
            finish.notified().await;
            "done"
        }
    };
    let served = Served::start(
        Router::new()
            .route("/slow", on_get(slow))
            .route("/", on_get(|| async {})),
    )
    .await;
    let idle = reqwest::Client::new();
    idle.get(served.url("/")).send().await.unwrap();
    let request = reqwest::Client::new().get(served.url("/slow"));
    let mut asking = JoinSet::new();
    asking.spawn(async move { request.send().await.unwrap().text().await.unwrap() });
    begun.notified().await;
    served.world.shutdown.trigger();
    let address = served.address.clone();
    finish.notify_one();
    assert_eq!(asking.join_next().await.unwrap().unwrap(), "done");
    served.ended().await;
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nobody listens any more"
    );
}

#[tokio::test]
async fn ten_megabytes_are_refused_and_the_client_gets_to_read_it() {
    let served =
        Served::start(Router::new().route("/", on_post(|Json(_): Json<Anything>| async {}))).await;
    let client = reqwest::Client::new();
    let large = format!("\"{}\"", "x".repeat(10 << 20));
    for _ in 0..3 {
        let response = client
            .post(served.url("/"))
            .header("content-type", "application/json")
            .body(large.clone())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 413);
        assert_eq!(
            response.json::<Value>().await.unwrap()["code"],
            "PAYLOAD_TOO_LARGE"
        );
    }
}

#[derive(serde::Deserialize, garde::Validate)]
#[garde(allow_unvalidated)]
struct Anything {
    _anything: String,
}

#[tokio::test]
async fn nonsense_on_the_wire_harms_nobody() {
    let served = Served::start(Router::new().route("/", on_get(|| async { "fine" }))).await;
    for nonsense in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        &[b'x'; 100_000],
    ] {
        let mut stream = TcpStream::connect(&served.address).await.unwrap();
        // The server may close while we still write.
        let _ = stream.write_all(nonsense).await;
        let _ = stream.shutdown().await;
        let mut told = Vec::new();
        let _ = stream.read_to_end(&mut told).await;
        assert!(
            !told.starts_with(b"HTTP/1.1 5"),
            "{}",
            String::from_utf8_lossy(&told)
        );
    }
    assert_eq!(
        reqwest::get(served.url("/"))
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
        "fine"
    );
}

#[tokio::test]
async fn connections_become_web_sockets() {
    let echo = |upgrade: WebSocketUpgrade| async {
        upgrade.on_upgrade(|mut socket| async move {
            while let Some(Ok(Message::Text(text))) = socket.recv().await {
                let _ = socket.send(Message::Text(text)).await;
            }
        })
    };
    let served = Served::start(Router::new().route("/ws", any(echo))).await;
    let (mut socket, response) =
        tokio_tungstenite::connect_async(format!("ws://{}/ws", served.address))
            .await
            .unwrap();
    assert_eq!(response.status(), 101);
    socket.send("hello".into()).await.unwrap();
    assert_eq!(
        socket.next().await.unwrap().unwrap().into_text().unwrap(),
        "hello"
    );
    let refused = reqwest::get(served.url("/ws")).await.unwrap();
    assert_eq!(refused.json::<Value>().await.unwrap()["status"], 400);
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_take_the_server_with_it() {
    let served = Served::start(Router::new().route("/", on_get(|| async { "fine" }))).await;
    for _ in 0..20 {
        let mut stream = TcpStream::connect(&served.address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf")
            .await
            .unwrap();
        drop(stream);
    }
    let answer = tokio::time::timeout(Duration::from_secs(5), reqwest::get(served.url("/")))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(answer.status(), 200);
    served.world.shutdown.trigger();
    served.ended().await;
}
