//! The gateway in front of services that are servers of their own.

use std::time::Duration;

use axum::Router;
use axum::extract::WebSocketUpgrade;
use axum::extract::ws::Message;
use axum::response::sse::{Event, Sse};
use axum::routing::{any, get as on_get, post as on_post};
use futures::{SinkExt, StreamExt};
use http::{HeaderMap, StatusCode};
use revcart_http_edge::client::Addresses;
use revcart_http_edge::gateway::{self, GatewayOptions};
use revcart_http_edge::{Json, serve};
use revcart_runtime::{Health, Tasks};
use serde_json::{Value, json};
use shared_events::Service;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message as ClientMessage;

use crate::world::World;

const NOBODY: &str = "http://127.0.0.1:1";

/// A server with what it runs on.
struct Server {
    address: String,
    world: World,
    running: JoinSet<std::io::Result<()>>,
}

impl Server {
    /// Order-service as a process of its own.
    async fn of(routes: Router) -> Self {
        let world = World::new();
        world.health.set_ready(true);
        let router = world.serve(routes);
        Self::serving(world, router).await
    }

    async fn serving(world: World, router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let mut running = JoinSet::new();
        running.spawn(serve(listener, router, world.shutdown.clone()));
        Self {
            address,
            world,
            running,
        }
    }

    async fn end(&mut self) {
        self.world.shutdown.trigger();
        self.running.join_next().await.unwrap().unwrap().unwrap();
    }
}

/// A gateway before these replicas of order-service.
async fn gateway(replicas: &[&str]) -> Server {
    with(replicas, |_| {}).await
}

async fn with(replicas: &[&str], change: impl FnOnce(&mut GatewayOptions)) -> Server {
    let world = World::new();
    let health = Health::new();
    health.set_ready(true);
    let replicas = replicas.iter().map(|url| (*url).to_owned()).collect();
    let mut options = GatewayOptions {
        addresses: Addresses::from_iter([(Service::Order, replicas)]),
        time_limit: Duration::from_secs(10),
        trusted_proxies: 0,
        clock: world.clock.clone(),
    };
    change(&mut options);
    let tasks = Tasks::new(world.shutdown.clone());
    let router = gateway::router(options, &health, &tasks);
    Server::serving(world, router).await
}

impl Server {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        reqwest::get(self.url(path)).await.unwrap()
    }
}

fn named(name: &'static str) -> Router {
    Router::new().route("/api/orders", on_get(move || async move { name }))
}

async fn refuses(response: reqwest::Response, status: u16, code: &str) -> Value {
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    assert!(response.headers().contains_key("x-request-id"));
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let at = (
        response.status().as_u16(),
        response.headers().get("retry-after").is_some(),
    );
    let problem: Value = response.json().await.unwrap();
    assert_eq!(
        (at.0, problem["code"].as_str()),
        (status, Some(code)),
        "{problem}"
    );
    assert_eq!(at.1, status >= 500, "{problem}");
    assert_eq!(problem["traceId"].as_str().map(str::len), Some(32));
    problem
}

#[tokio::test]
async fn bodies_and_headers_pass_in_both_directions() {
    let echo = |headers: HeaderMap, body: String| async move {
        let kept = headers["x-kept"].clone();
        (StatusCode::CREATED, [("x-kept", kept)], body)
    };
    let service = Server::of(Router::new().route("/api/orders/checkout", on_post(echo))).await;
    let gateway = gateway(&[&service.address]).await;
    let body = "tea ".repeat(200_000);
    let response = reqwest::Client::new()
        .post(gateway.url("/api/orders/checkout?x=a%20b"))
        .header("x-kept", "yes")
        .body(body.clone())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["x-kept"], "yes");
    assert_eq!(response.text().await.unwrap(), body);
}

/// Tells what headers a service is sent.
fn mirror() -> Router {
    async fn tell(headers: HeaderMap) -> Json<Value> {
        let told = |name: &http::HeaderName| {
            let all = headers.get_all(name).iter();
            let all: Vec<_> = all.map(|value| value.to_str().unwrap()).collect();
            json!(all.join(", "))
        };
        let pairs = headers.keys().map(|name| (name.to_string(), told(name)));
        Json(Value::Object(pairs.collect()))
    }
    Router::new().route("/api/orders", on_get(tell))
}

#[tokio::test]
async fn what_concerns_one_connection_is_not_passed_on() {
    let service = Server::of(mirror()).await;
    let gateway = gateway(&[&service.address]).await;
    let mut stream = TcpStream::connect(gateway.address.trim_start_matches("http://"))
        .await
        .unwrap();
    let request = "GET /api/orders HTTP/1.1\r\nhost: shop.example\r\nconnection: close, x-private\r\nx-private: 1\r\n\
        te: trailers\r\nproxy-authorization: Basic eA==\r\nupgrade: h2c\r\nkeep-alive: timeout=5\r\nx-public: 2\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut told = String::new();
    stream.read_to_string(&mut told).await.unwrap();
    let (head, body) = told.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let body = &body[body.find('{').unwrap()..=body.rfind('}').unwrap()];
    let seen: Value = serde_json::from_str(body).unwrap();
    assert_eq!(seen["x-public"], "2");
    for dropped in [
        "x-private",
        "te",
        "proxy-authorization",
        "upgrade",
        "keep-alive",
        "connection",
    ] {
        assert_eq!(seen[dropped], Value::Null, "{dropped}");
    }
    assert_eq!(seen["x-forwarded-host"], "shop.example");
    assert_eq!(seen["x-forwarded-proto"], "http");
    assert_eq!(seen["x-forwarded-for"], "127.0.0.1");
}

#[tokio::test]
async fn who_asks_is_told_by_the_gateway_and_not_by_the_client() {
    let service = Server::of(mirror()).await;
    let forged = |address: String| {
        reqwest::Client::new()
            .get(address)
            .header("x-forwarded-for", "10.0.0.1")
            .header("x-forwarded-proto", "https")
            .header("forwarded", "for=10.0.0.1")
            .send()
    };
    let direct = gateway(&[&service.address]).await;
    let seen: Value = forged(direct.url("/api/orders"))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(seen["x-forwarded-for"], "127.0.0.1");
    assert_eq!(seen["x-forwarded-proto"], "http");
    assert_eq!(seen["forwarded"], Value::Null);

    let behind = with(&[&service.address], |options| options.trusted_proxies = 1).await;
    let seen: Value = forged(behind.url("/api/orders"))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(seen["x-forwarded-for"], "10.0.0.1, 127.0.0.1");
    assert_eq!(seen["x-forwarded-proto"], "https");
}

#[tokio::test]
async fn a_trace_goes_through() {
    let service = Server::of(mirror()).await;
    let gateway = gateway(&[&service.address]).await;
    let response = reqwest::Client::new()
        .get(gateway.url("/api/orders"))
        .header(
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        .header("x-request-id", "mine")
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["x-request-id"], "mine");
    let seen: Value = response.json().await.unwrap();
    let trace = seen["traceparent"].as_str().unwrap();
    assert!(
        trace.starts_with("00-0af7651916cd43dd8448eb211c80319c-"),
        "{trace}"
    );
    assert!(!trace.contains("b7ad6b7169203331"), "{trace}");
    assert_eq!(seen["x-request-id"], "mine");
}

#[tokio::test]
async fn events_pass_one_by_one_and_end_with_the_gateway() {
    let (sender, receiver) = mpsc::unbounded_channel::<Event>();
    let receiver = std::sync::Arc::new(std::sync::Mutex::new(Some(receiver)));
    let stream = move || async move {
        let receiver = receiver.lock().unwrap().take().unwrap();
        let events = futures::stream::unfold(receiver, |mut receiver| async move {
            let event = receiver.recv().await?;
            Some((Ok::<_, std::convert::Infallible>(event), receiver))
        });
        Sse::new(events)
    };
    let service = Server::of(Router::new().route("/api/orders/1/status", on_get(stream))).await;
    let mut gateway = gateway(&[&service.address]).await;
    sender.send(Event::default().data("one")).unwrap();
    let response = gateway.get("/api/orders/1/status").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut chunks = response.bytes_stream();
    assert_eq!(chunks.next().await.unwrap().unwrap(), "data: one\n\n");
    // The second is only sent when the first has arrived: nothing is held back.
    sender.send(Event::default().data("two")).unwrap();
    assert_eq!(chunks.next().await.unwrap().unwrap(), "data: two\n\n");
    gateway.end().await;
    assert!(chunks.next().await.is_none(), "the stream ends in order");
}

fn echo() -> Router {
    let echo = |upgrade: WebSocketUpgrade| async {
        upgrade.on_upgrade(|mut socket| async move {
            while let Some(Ok(Message::Text(text))) = socket.recv().await {
                let _ = socket.send(Message::Text(text)).await;
            }
        })
    };
    Router::new().route("/ws/notifications", any(echo))
}

#[tokio::test]
async fn connections_become_web_sockets_and_end_with_the_gateway() {
    let service = Server::of(echo()).await;
    let replicas = vec![service.address.clone()];
    let mut gateway = with(&[], |options| {
        options.addresses = Addresses::from_iter([(Service::Notification, replicas)]);
    })
    .await;
    let address = gateway.address.replace("http://", "ws://");
    let (mut socket, response) =
        tokio_tungstenite::connect_async(format!("{address}/ws/notifications"))
            .await
            .unwrap();
    assert_eq!(response.status(), 101);
    for word in ["hello", "again"] {
        socket.send(word.into()).await.unwrap();
        let told = socket.next().await.unwrap().unwrap();
        assert_eq!(told.into_text().unwrap(), word);
    }
    let refused = gateway.get("/ws/notifications").await;
    assert_eq!(refused.status(), 400, "no WebSocket was asked for");
    gateway.end().await;
    let ended = tokio::time::timeout(Duration::from_secs(5), socket.next()).await;
    assert!(
        !matches!(ended, Ok(Some(Ok(ClientMessage::Text(_))))),
        "{ended:?}"
    );
    assert!(ended.is_ok(), "the socket ends with the gateway");
}

#[tokio::test]
async fn replicas_take_turns() {
    let (one, other) = (
        Server::of(named("one")).await,
        Server::of(named("other")).await,
    );
    let gateway = gateway(&[&one.address, &other.address]).await;
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(gateway.get("/api/orders").await.text().await.unwrap());
    }
    assert_eq!(told, ["one", "other", "one", "other"]);
}

#[tokio::test]
async fn a_dead_replica_costs_nobody_an_answer() {
    let counted = || on_post(|body: String| async move { body.len().to_string() });
    let routes = || named("alive").route("/api/orders/checkout", counted());
    let (mut dies, stays) = (Server::of(routes()).await, Server::of(routes()).await);
    let gateway = gateway(&[NOBODY, &dies.address, &stays.address]).await;
    for round in 0..12 {
        if round == 3 {
            dies.end().await;
        }
        assert_eq!(
            gateway.get("/api/orders").await.text().await.unwrap(),
            "alive"
        );
        // What is not safe to repeat goes to another replica, too, as long as nobody has seen it.
        let posted = reqwest::Client::new()
            .post(gateway.url("/api/orders/checkout"))
            .body("x".repeat(100_000))
            .send()
            .await
            .unwrap();
        assert_eq!(posted.text().await.unwrap(), "100000");
    }
}

#[tokio::test]
async fn a_service_that_is_gone_is_named() {
    let gateway = gateway(&[NOBODY]).await;
    let problem = refuses(gateway.get("/api/orders").await, 503, "UNAVAILABLE").await;
    assert_eq!(problem["service"], "order-service");
    let problem = refuses(gateway.get("/api/cart").await, 503, "UNAVAILABLE").await;
    assert_eq!(problem["service"], "cart-service");
}

/// Takes connections and treats each so, without ever being HTTP.
async fn rude(treat: fn(TcpStream, &mut Vec<TcpStream>)) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let mut running = JoinSet::new();
    running.spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            treat(stream, &mut kept);
        }
    });
    (address, running)
}

#[tokio::test]
async fn a_service_that_hangs_up_is_a_bad_gateway_and_reads_are_tried_elsewhere() {
    let (address, _running) = rude(|stream, _| drop(stream)).await;
    let service = Server::of(named("fine")).await;
    let alone = gateway(&[&address]).await;
    let problem = refuses(alone.get("/api/orders").await, 502, "BAD_GATEWAY").await;
    assert_eq!(problem["service"], "order-service");

    let two = gateway(&[&address, &service.address]).await;
    assert_eq!(two.get("/api/orders").await.text().await.unwrap(), "fine");
    let two = gateway(&[&address, &service.address]).await;
    let post = reqwest::Client::new().post(two.url("/api/orders/checkout"));
    refuses(post.body("once").send().await.unwrap(), 502, "BAD_GATEWAY").await;
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_not_waited_for_for_ever() {
    let (address, _running) = rude(|stream, kept| kept.push(stream)).await;
    let gateway = with(&[&address], |options| {
        options.time_limit = Duration::from_millis(100);
    })
    .await;
    let problem = refuses(gateway.get("/api/orders").await, 504, "TIMED_OUT").await;
    assert_eq!(problem["service"], "order-service");
}

#[tokio::test]
async fn what_services_tell_each_other_is_out_of_reach() {
    let secret = Router::new()
        .route("/internal/trace/1", on_get(|| async { "secret" }))
        .route("/api/orders", on_get(|| async { "public" }));
    let service = Server::of(secret).await;
    assert_eq!(
        service.get("/internal/trace/1").await.text().await.unwrap(),
        "secret"
    );
    let gateway = gateway(&[&service.address]).await;
    refuses(gateway.get("/internal/trace/1").await, 404, "NOT_FOUND").await;
    // Clients put paths into their plain form, so these are written by hand.
    for path in [
        "/api/orders/../../internal/trace/1",
        "/api/orders/%2e%2e/%2E%2e/internal/trace/1",
        "/api/orders/..%2f../internal/trace/1",
        "//internal/trace/1",
        "/%69nternal/trace/1",
        "http://x/internal/trace/1",
    ] {
        let mut stream = TcpStream::connect(gateway.address.trim_start_matches("http://"))
            .await
            .unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).await.unwrap();
        assert!(told.starts_with("HTTP/1.1 4"), "{path}: {told}");
        assert!(!told.contains("secret"), "{path}: {told}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_by_the_service_and_the_client_gets_to_read_it() {
    let routes = Router::new().route("/api/orders", on_post(|Json(_): Json<Anything>| async {}));
    let service = Server::of(routes).await;
    let gateway = gateway(&[&service.address]).await;
    for _ in 0..3 {
        let response = reqwest::Client::new()
            .post(gateway.url("/api/orders"))
            .header("content-type", "application/json")
            .body(format!("\"{}\"", "x".repeat(10 << 20)))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 413);
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["code"], "PAYLOAD_TOO_LARGE");
    }
}

#[derive(serde::Deserialize, garde::Validate)]
#[garde(allow_unvalidated)]
struct Anything {
    _anything: String,
}

#[tokio::test]
async fn a_request_in_hand_ends_before_the_gateway_does() {
    let (begun, mut has_begun) = mpsc::unbounded_channel::<()>();
    let finish = std::sync::Arc::new(tokio::sync::Notify::new());
    let slow = {
        let finish = std::sync::Arc::clone(&finish);
        move || async move {
            begun.send(()).unwrap();
            finish.notified().await;
            "done"
        }
    };
    let service = Server::of(Router::new().route("/api/orders", on_get(slow))).await;
    let mut gateway = gateway(&[&service.address]).await;
    let asked = reqwest::get(gateway.url("/api/orders"));
    let ending = async {
        has_begun.recv().await.unwrap();
        let (ended, ()) = tokio::join!(gateway.end(), async { finish.notify_one() });
        ended
    };
    let (response, ()) = tokio::join!(asked, ending);
    assert_eq!(response.unwrap().text().await.unwrap(), "done");
}

#[tokio::test]
async fn health_tells_how_the_services_are() {
    let mut services = Vec::new();
    for _ in Service::ALL {
        services.push(Server::of(Router::new()).await);
    }
    let urls: Vec<_> = services
        .iter()
        .map(|server| server.address.clone())
        .collect();
    let addresses = |urls: &[String]| {
        let each = Service::ALL.into_iter().zip(urls.iter().cloned());
        Addresses::from_iter(each.map(|(service, url)| (service, vec![url])))
    };
    let whole = with(&[], |options| options.addresses = addresses(&urls)).await;
    let told = whole.get("/health").await;
    assert_eq!(told.status(), 200);
    let told: Value = told.json().await.unwrap();
    assert_eq!(told["components"].as_object().unwrap().len(), 8);
    assert_eq!(told["components"]["order-service"], "UP");

    services[3].world.health.set_ready(false);
    let partly = with(&[], |options| options.addresses = addresses(&urls)).await;
    let told = partly.get("/actuator/health/readiness").await;
    assert_eq!(
        told.status(),
        200,
        "seven services can be reached through it"
    );
    let told: Value = told.json().await.unwrap();
    assert_eq!(told["components"]["order-service"], "DOWN");
    assert_eq!(told["components"]["cart-service"], "UP");
    assert_eq!(partly.get("/health").await.status(), 503);
    assert_eq!(partly.get("/actuator/health/liveness").await.status(), 200);
}

#[tokio::test]
async fn its_metrics_are_its_own() {
    let service = Server::of(named("fine")).await;
    let gateway = gateway(&[&service.address]).await;
    gateway.get("/api/orders").await;
    gateway.get("/nowhere/1").await;
    let metrics = gateway.get("/metrics").await.text().await.unwrap();
    for (route, status) in [("/api/orders", 200), ("unmatched", 404)] {
        let series = metrics.lines().any(|line| {
            line.starts_with("http_server_request_duration_seconds_count")
                && line.contains(r#"service="gateway""#)
                && line.contains(&format!(r#"route="{route}""#))
                && line.contains(&format!(r#"status="{status}""#))
        });
        assert!(series, "{route} {status}\n{metrics}");
    }
}
