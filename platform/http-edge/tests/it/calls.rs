//! Calls from service to service, in memory and over HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::routing::{get as on_get, post as on_post};
use http::{Method, StatusCode};
use revcart_http_edge::client::Addresses;
use revcart_http_edge::context::{REQUEST_ID, caused_by};
use revcart_http_edge::{
    Answer, CallError, Internal, Json, MaybeIdentity, Peer, Peers, Problem, RequestCause, serve,
};
use revcart_persistence::Cause;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use shared_events::Service;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::world::{World, get};

/// Fails as often as it is told, then answers.
#[derive(Clone, Default)]
struct Flaky {
    failures: Arc<AtomicUsize>,
    asked: Arc<AtomicUsize>,
}

impl Flaky {
    fn failing(times: usize) -> Self {
        let flaky = Self::default();
        flaky.failures.store(times, Ordering::Relaxed);
        flaky
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    async fn answer(self) -> Answer<Json<Value>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let failing = self
            .failures
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            })
            .is_ok();
        if failing {
            Err(Problem::unavailable("not yet"))
        } else {
            Ok(Json(json!("fine")))
        }
    }

    fn routes(&self) -> Router {
        let (one, other) = (self.clone(), self.clone());
        Router::new().route(
            "/",
            on_get(move || one.answer()).post(move || other.answer()),
        )
    }
}

/// order-service, as cart-service calls it.
fn order_service(world: &World, routes: Router) -> Peer {
    let peers = Peers::in_memory(world.clock.clone());
    peers.provide(Service::Order, world.behind_edge(Service::Order, routes));
    peers.acting_as(world.cart_tokens()).peer(Service::Order)
}

fn routes() -> Router {
    async fn who(Internal(identity): Internal, RequestCause(cause): RequestCause) -> Json<Value> {
        Json(
            json!({"who": identity.scope(), "correlation": cause.correlation_id, "trace": cause.traceparent}),
        )
    }
    async fn refuse() -> Answer<()> {
        Err(Problem::conflict("OUT_OF_STOCK", "two are left").with("available", 2))
    }
    async fn echo(request: Request) -> String {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let body = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).unwrap()
        };
        let header = |name: &str| {
            head.headers
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        json!({"method": head.method.as_str(), "uri": head.uri.to_string(), "body": body, "type": header("content-type"), "key": header("idempotency-key")}).to_string()
    }
    Router::new()
        .route("/who", on_get(who))
        .route("/refuse", on_get(refuse))
        .route("/broken", on_get(|| async { "not json" }))
        .route("/nothing", on_post(|| async { StatusCode::NO_CONTENT }))
        .route("/echo", axum::routing::any(echo))
}

/// The same promises, however the call gets there.
async fn keeps_its_promises(peer: Peer) {
    let told: Value = peer.get("/who").await.unwrap();
    assert_eq!(told["who"], "service:cart");

    let cause = Cause {
        correlation_id: "order-1".to_owned(),
        causation_id: None,
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
    };
    let told: Value = caused_by(&cause, peer.get("/who")).await.unwrap();
    assert_eq!(told["correlation"], "order-1");
    assert!(
        told["trace"]
            .as_str()
            .unwrap()
            .starts_with("00-0af7651916cd43dd8448eb211c80319c-")
    );

    let error = peer.get::<Value>("/refuse").await.unwrap_err();
    assert_eq!(
        (error.status(), error.code(), error.is_transient()),
        (Some(StatusCode::CONFLICT), Some("OUT_OF_STOCK"), false)
    );
    let CallError::Status { problem, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(
        (problem.detail(), problem.member("available")),
        ("two are left", Some(&json!(2)))
    );

    assert_eq!(
        peer.get::<Value>("/nowhere").await.unwrap_err().code(),
        Some("NOT_FOUND")
    );
    assert!(matches!(
        peer.get::<Value>("/broken").await,
        Err(CallError::Answer { .. })
    ));
    peer.post::<IgnoredAny>("/nothing", &json!({}))
        .await
        .unwrap();
    peer.post::<Option<Value>>("/nothing", &json!({}))
        .await
        .unwrap();

    let told: Value = peer.put("/echo?a=b%20c", &json!({"x": 1})).await.unwrap();
    assert_eq!(
        told,
        json!({"method": "PUT", "uri": "/echo?a=b%20c", "body": {"x": 1}, "type": "application/json", "key": null})
    );
    let call = peer
        .call(Method::POST, "/echo")
        .json(&[1])
        .unwrap()
        .idempotency_key("k-1")
        .unwrap();
    assert_eq!(
        call.send().await.unwrap().json::<Value>().unwrap()["key"],
        "k-1"
    );
    peer.delete("/echo").await.unwrap();
}

#[tokio::test]
async fn calls_within_the_process_keep_their_promises() {
    keeps_its_promises(order_service(&World::new(), routes())).await;
}

#[tokio::test]
async fn calls_over_http_keep_their_promises() {
    let world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let mut server = JoinSet::new();
    server.spawn(serve(
        listener,
        world.serve(routes()),
        world.shutdown.clone(),
    ));
    // A replica that nobody serves comes first, and keeps nobody from an answer.
    let nobody = "http://127.0.0.1:1".to_owned();
    let addresses = Addresses::from_iter([(Service::Order, vec![nobody, address])]);
    let peers = Peers::http(addresses, world.clock.clone());
    keeps_its_promises(peers.acting_as(world.cart_tokens()).peer(Service::Order)).await;
    assert!(matches!(
        peers.peer(Service::Cart).get::<Value>("/").await,
        Err(CallError::Unavailable { .. })
    ));
    world.shutdown.trigger();
    server.join_next().await.unwrap().unwrap().unwrap();
    let gone = peers.peer(Service::Order).get::<Value>("/who").await;
    assert!(
        matches!(gone, Err(CallError::Unavailable { .. })),
        "{gone:?}"
    );
}

#[tokio::test]
async fn a_call_made_for_a_request_belongs_to_it() {
    let world = World::new();
    let order = order_service(&world, routes());
    let ask = move || {
        let order = order.clone();
        async move { Ok::<_, Problem>(Json(order.get::<Value>("/who").await?)) }
    };
    let cart = world.behind_edge(Service::Cart, Router::new().route("/", on_get(ask)));
    let told = get("/")
        .header(REQUEST_ID, "req-7")
        .header(
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        .of(&cart)
        .await;
    assert_eq!(told.json()["correlation"], "req-7");
    assert!(
        told.json()["trace"]
            .as_str()
            .unwrap()
            .starts_with("00-0af7651916cd43dd8448eb211c80319c-")
    );
}

#[tokio::test]
async fn who_acts_as_nobody_sends_no_token() {
    let world = World::new();
    let who = |MaybeIdentity(identity): MaybeIdentity| async move {
        Json(identity.map(|identity| identity.scope()))
    };
    let peers = Peers::in_memory(world.clock.clone());
    peers.provide(
        Service::Order,
        world.behind_edge(Service::Order, Router::new().route("/", on_get(who))),
    );
    assert_eq!(
        peers.peer(Service::Order).get::<Value>("/").await.unwrap(),
        Value::Null
    );
    let tokens = peers.acting_as(world.cart_tokens());
    assert_eq!(
        tokens.peer(Service::Order).get::<Value>("/").await.unwrap(),
        "service:cart"
    );
    world.clock.advance(Duration::from_secs(3600 * 24));
    assert_eq!(
        tokens.peer(Service::Order).get::<Value>("/").await.unwrap(),
        "service:cart",
        "tokens are renewed in time"
    );
}

#[tokio::test(start_paused = true)]
async fn reading_is_tried_again_and_writing_is_not() {
    let world = World::new();
    let flaky = Flaky::failing(2);
    let peer = order_service(&world, flaky.routes());
    assert_eq!(peer.get::<Value>("/").await.unwrap(), "fine");
    assert_eq!(flaky.asked(), 3);
    let flaky = Flaky::failing(1);
    let peer = order_service(&world, flaky.routes());
    assert_eq!(
        peer.post::<Value>("/", &json!({}))
            .await
            .unwrap_err()
            .code(),
        Some("UNAVAILABLE")
    );
    assert_eq!(flaky.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn writing_with_a_key_is_tried_again() {
    let flaky = Flaky::failing(1);
    let peer = order_service(&World::new(), flaky.routes());
    peer.call(Method::POST, "/")
        .idempotency_key("k")
        .unwrap()
        .send()
        .await
        .unwrap();
    assert_eq!(flaky.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_for_good_is_not_tried_again() {
    let world = World::new();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let refuse = move || async move {
        count.fetch_add(1, Ordering::Relaxed);
        StatusCode::BAD_REQUEST
    };
    let peer = order_service(&world, Router::new().route("/", on_get(refuse)));
    assert_eq!(
        peer.get::<Value>("/").await.unwrap_err().status(),
        Some(StatusCode::BAD_REQUEST)
    );
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_takes_no_longer_than_its_deadline() {
    let peer = order_service(
        &World::new(),
        Router::new().route("/", on_get(std::future::pending::<()>)),
    );
    let before = tokio::time::Instant::now();
    let error = peer.get::<Value>("/").await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { .. }), "{error}");
    assert_eq!(before.elapsed().as_secs(), 3);
    let before = tokio::time::Instant::now();
    peer.within(Duration::from_millis(100))
        .get::<Value>("/")
        .await
        .unwrap_err();
    assert_eq!(before.elapsed().as_millis(), 100);
}

#[tokio::test(start_paused = true)]
async fn who_fails_again_and_again_is_left_alone_for_a_while() {
    let world = World::new();
    let flaky = Flaky::failing(usize::MAX);
    let peer = order_service(&world, flaky.routes());
    for _ in 0..8 {
        peer.post::<Value>("/", &json!({})).await.unwrap_err();
    }
    let asked = flaky.asked();
    let error = peer.get::<Value>("/").await.unwrap_err();
    assert!(matches!(error, CallError::CircuitOpen { .. }), "{error}");
    assert_eq!(flaky.asked(), asked, "it was not asked");
    assert_eq!(Problem::from(error).status(), 503);
    world.clock.advance(Duration::from_secs(5));
    flaky.failures.store(0, Ordering::Relaxed);
    assert_eq!(peer.get::<Value>("/").await.unwrap(), "fine");
    assert_eq!(peer.get::<Value>("/").await.unwrap(), "fine");
}

#[tokio::test]
async fn refusals_are_no_failures_of_who_refuses() {
    let peer = order_service(&World::new(), routes());
    for _ in 0..30 {
        assert_eq!(
            peer.get::<Value>("/refuse").await.unwrap_err().code(),
            Some("OUT_OF_STOCK")
        );
    }
    peer.get::<Value>("/who").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_is_not_there_is_out_of_reach() {
    let world = World::new();
    let peers = Peers::in_memory(world.clock.clone());
    assert!(matches!(
        peers.peer(Service::Cart).get::<Value>("/").await,
        Err(CallError::Unavailable { .. })
    ));
    peers.provide(
        Service::Cart,
        Router::new().route("/", on_get(|| async { "1" })),
    );
    peers.peer(Service::Cart).get::<Value>("/").await.unwrap();
    peers.withdraw_all();
    assert!(matches!(
        peers.peer(Service::Cart).get::<Value>("/").await,
        Err(CallError::Unavailable { .. })
    ));
}
