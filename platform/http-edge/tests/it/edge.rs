//! What happens around every request.

use std::convert::Infallible;
use std::io::Read as _;
use std::time::Duration;

use axum::Router;
use axum::response::sse::{Event, Sse};
use axum::routing::{get as on_get, post as on_post};
use futures::{FutureExt, StreamExt, stream};
use http::{HeaderValue, Method};
use http_body_util::BodyExt;
use revcart_http_edge::context::REQUEST_ID;
use revcart_http_edge::{Edge, Internal, Prefer, RequestCause, Unhurried};
use shared_events::Service;
use tower::ServiceExt;

use crate::world::{World, get, post};

const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_browsers_safe() {
    let shop = World::new().serve(Router::new().route("/", on_get(|| async { "hello" })));
    for told in [get("/").of(&shop).await, get("/nowhere").of(&shop).await] {
        assert_eq!(told.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(told.header("x-frame-options"), Some("DENY"));
        assert_eq!(told.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(
            told.header("content-security-policy"),
            Some("default-src 'none'; frame-ancestors 'none'")
        );
        assert!(told.header("strict-transport-security").is_some());
    }
}

#[tokio::test]
async fn a_page_may_set_a_policy_of_its_own() {
    let page = || async {
        (
            [("content-security-policy", "default-src 'self'")],
            "<html>",
        )
    };
    let shop = World::new().serve(Router::new().route("/", on_get(page)));
    assert_eq!(
        get("/").of(&shop).await.header("content-security-policy"),
        Some("default-src 'self'")
    );
}

#[tokio::test]
async fn a_request_keeps_the_id_and_the_trace_of_its_caller() {
    let cause = |RequestCause(cause): RequestCause| async move {
        format!("{} {}", cause.correlation_id, cause.traceparent.unwrap())
    };
    let shop = World::new().serve(Router::new().route("/", on_get(cause)));
    let told = get("/")
        .header(REQUEST_ID, "req-1")
        .header("traceparent", TRACEPARENT)
        .of(&shop)
        .await;
    assert_eq!(told.header(REQUEST_ID), Some("req-1"));
    let text = told.text();
    let (id, traceparent) = text.split_once(' ').unwrap();
    assert_eq!(id, "req-1");
    assert!(
        traceparent.starts_with("00-0af7651916cd43dd8448eb211c80319c-"),
        "the same trace"
    );
    assert_ne!(traceparent, TRACEPARENT, "another place in it");
}

#[tokio::test]
async fn a_request_without_a_usable_id_gets_one() {
    let shop = World::new().serve(Router::new().route("/", on_get(|| async {})));
    let long = "x".repeat(65);
    for id in ["", "two words", "<script>", &long] {
        let told = get("/").header(REQUEST_ID, id).of(&shop).await;
        assert_eq!(told.header(REQUEST_ID).unwrap().len(), 32, "for {id:?}");
    }
    let (one, other) = (get("/").of(&shop).await, get("/").of(&shop).await);
    assert_ne!(one.header(REQUEST_ID), other.header(REQUEST_ID));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_too_long_is_given_up() {
    let shop = World::new().serve(Router::new().route("/", on_get(std::future::pending::<()>)));
    let before = tokio::time::Instant::now();
    get("/").of(&shop).await.refuses(503, "TIMED_OUT");
    assert_eq!(before.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn who_waits_or_streams_may_take_longer() {
    let slow = || tokio::time::sleep(Duration::from_secs(20));
    let waiting = move |Prefer { wait }: Prefer| async move {
        slow().await;
        format!("{wait:?}")
    };
    let unhurried = move |_: Unhurried| async move {
        slow().await;
        "done"
    };
    let shop = World::new().serve(
        Router::new()
            .route("/waiting", on_post(waiting))
            .route("/unhurried", on_get(unhurried)),
    );
    assert_eq!(get("/unhurried").of(&shop).await.text(), "done");
    for (prefer, wait) in [
        ("wait=25", "Some(25s)"),
        ("respond-async, wait=1", "Some(1s)"),
        ("Wait = \"600\"", "Some(30s)"),
    ] {
        assert_eq!(
            post("/waiting")
                .header("prefer", prefer)
                .of(&shop)
                .await
                .text(),
            wait
        );
    }
    post("/waiting").of(&shop).await.refuses(503, "TIMED_OUT");
    for ignored in ["wait=0", "wait=-1", "wait=soon", "wait", "respond-async"] {
        post("/waiting")
            .header("prefer", ignored)
            .of(&shop)
            .await
            .refuses(503, "TIMED_OUT");
    }
}

#[tokio::test]
async fn event_streams_end_when_the_process_shall() {
    let world = World::new();
    let ticks = || async {
        Sse::new(
            stream::repeat_with(|| Ok::<_, Infallible>(Event::default().data("tick")))
                .take(1)
                .chain(stream::pending()),
        )
    };
    let shop = world.serve(Router::new().route("/", on_get(ticks)));
    let response = shop
        .oneshot(get("/").header("accept-encoding", "gzip, br").request())
        .await
        .unwrap();
    assert_eq!(
        response.headers().get("content-encoding"),
        None,
        "events are not held back to be compressed"
    );
    let mut body = response.into_body();
    let first = body.frame().await.unwrap().unwrap();
    assert_eq!(first.into_data().unwrap(), "data: tick\n\n");
    assert!(body.frame().now_or_never().is_none(), "it goes on");
    world.shutdown.trigger();
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn long_answers_are_compressed_for_who_can_read_them() {
    let long = || async {
        (
            [("content-type", "application/json")],
            "0123456789".repeat(100),
        )
    };
    let shop = World::new().serve(Router::new().route("/", on_get(long)));
    let told = get("/").header("accept-encoding", "gzip").of(&shop).await;
    assert_eq!(told.header("content-encoding"), Some("gzip"));
    assert!(told.body.len() < 200);
    assert_eq!(
        get("/")
            .header("accept-encoding", "br")
            .of(&shop)
            .await
            .header("content-encoding"),
        Some("br")
    );
    let plain = get("/").of(&shop).await;
    assert_eq!(
        (plain.header("content-encoding"), plain.body.len()),
        (None, 1000)
    );
    let mut bytes = Vec::new();
    (&told.body[..]).read_to_end(&mut bytes).unwrap();
    assert_eq!(&bytes[..2], b"\x1f\x8b");
}

#[tokio::test]
async fn pages_of_other_origins_call_only_if_they_are_named() {
    let world = World::new();
    let routes = || Router::new().route("/", on_post(|| async {}));
    let preflight = |origin: &'static str| {
        get("/")
            .method(Method::OPTIONS)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "idempotency-key")
    };
    let shop = world.serve(routes());
    assert_eq!(
        preflight("https://shop.example")
            .of(&shop)
            .await
            .header("access-control-allow-origin"),
        None
    );
    let mut options = world.options();
    options.cors_origins = vec![HeaderValue::from_static("https://shop.example")];
    let shop = world.serve_with(options, routes());
    let told = preflight("https://shop.example").of(&shop).await;
    assert_eq!(
        told.header("access-control-allow-origin"),
        Some("https://shop.example")
    );
    assert!(
        told.header("access-control-allow-headers")
            .unwrap()
            .contains("idempotency-key")
    );
    assert_eq!(
        preflight("https://evil.example")
            .of(&shop)
            .await
            .header("access-control-allow-origin"),
        None
    );
    let told = post("/")
        .header("origin", "https://shop.example")
        .of(&shop)
        .await;
    assert_eq!(
        told.header("access-control-allow-origin"),
        Some("https://shop.example")
    );
}

#[tokio::test]
async fn health_tells_what_is_down_and_not_why() {
    let world = World::new();
    let shop = world.serve(Router::new());
    get("/actuator/health/readiness")
        .of(&shop)
        .await
        .status_is(503);
    assert_eq!(
        get("/actuator/health/liveness").of(&shop).await.json()["status"],
        "UP"
    );
    world.health.set_ready(true);
    for path in ["/health", "/actuator/health", "/actuator/health/readiness"] {
        assert_eq!(get(path).of(&shop).await.json()["status"], "UP");
    }
    world.health.register("database", || {
        async { Err("password=hunter2".to_owned()) }.boxed()
    });
    let told = get("/actuator/health").of(&shop).await;
    assert_eq!(told.json()["code"], "NOT_READY");
    assert_eq!(told.json()["components"]["database"], "DOWN");
    assert!(!told.text().contains("hunter2"));
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_never_by_address() {
    let shop = World::new().serve(Router::new().route("/metrics-test/{id}", on_get(|| async {})));
    for id in 0..50 {
        get(&format!("/metrics-test/{id}")).of(&shop).await;
        get(&format!("/metrics-test-nowhere-{id}")).of(&shop).await;
        get("/metrics-test/x")
            .method(Method::from_bytes(format!("M{id}").as_bytes()).unwrap())
            .of(&shop)
            .await;
    }
    for path in ["/metrics", "/actuator/prometheus"] {
        let page = get(path).of(&shop).await.text();
        let series = |labels: &str| {
            page.lines().any(|line| {
                line.starts_with("http_server_request_duration_seconds_count{")
                    && line.contains(labels)
            })
        };
        assert!(series(r#"route="/metrics-test/{id}""#), "{page}");
        assert!(series(r#"route="unmatched""#), "{page}");
        assert!(!page.contains("nowhere"));
        let methods = page
            .lines()
            .filter(|line| line.contains("_count{") && line.contains("/metrics-test/{id}"))
            .count();
        assert_eq!(methods, 2, "GET and OTHER:\n{page}");
    }
}

#[tokio::test]
async fn services_of_one_process_share_a_port_and_keep_their_names() {
    let world = World::new();
    let edge = Edge::new(world.options());
    let cart = edge.around(
        Service::Cart,
        Router::new().route("/merge-test/cart", on_get(|| async { "cart" })),
    );
    let order = edge.around(
        Service::Order,
        Router::new().route("/merge-test/order", on_get(|| async { "order" })),
    );
    let process = edge.open("revcart", [cart, order], &world.health);
    assert_eq!(get("/merge-test/cart").of(&process).await.text(), "cart");
    assert_eq!(get("/merge-test/order").of(&process).await.text(), "order");
    get("/merge-test/none")
        .of(&process)
        .await
        .refuses(404, "NOT_FOUND");
    get("/merge-test/cart")
        .method(Method::DELETE)
        .of(&process)
        .await
        .refuses(405, "METHOD_NOT_ALLOWED");
    let page = get("/metrics").of(&process).await.text();
    let labelled = |service: &str, route: &str| {
        page.lines().any(|line| {
            line.contains(&format!(r#"service="{service}""#))
                && line.contains(&format!(r#"route="{route}""#))
        })
    };
    assert!(
        labelled("cart-service", "/merge-test/cart")
            && labelled("order-service", "/merge-test/order"),
        "{page}"
    );
    assert!(labelled("revcart", "unmatched"), "{page}");
}

#[tokio::test]
async fn what_services_tell_each_other_is_not_on_the_port_that_they_share() {
    let world = World::new();
    let edge = Edge::new(world.options());
    let routes = |service: &'static str| {
        let records = move |_: Internal| async move { service };
        Router::new().route("/internal/trace/{id}", on_get(records))
    };
    let cart = edge.around(Service::Cart, routes("cart"));
    let order = edge.around(Service::Order, routes("order"));
    let token = world.service_token();
    let process = edge.open("revcart", [cart, order.clone()], &world.health);
    get("/internal/trace/1")
        .token(&token)
        .of(&process)
        .await
        .refuses(404, "NOT_FOUND");
    assert_eq!(
        get("/internal/trace/1")
            .token(&token)
            .of(&order)
            .await
            .text(),
        "order"
    );
    let alone = edge.open("order-service", [order], &world.health);
    assert_eq!(
        get("/internal/trace/1")
            .token(&token)
            .of(&alone)
            .await
            .text(),
        "order"
    );
}

#[tokio::test]
async fn a_route_served_without_its_edge_says_so_instead_of_trusting_anybody() {
    let bare = Router::new().route("/", on_get(|_: revcart_http_edge::Identity| async {}));
    assert_eq!(get("/").of(&bare).await.status, 500);
}
