//! Who asks too often is told when to ask again.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::{get as on_get, post as on_post};
use revcart_http_edge::limits::Quotas;
use revcart_http_edge::{EdgeOptions, Role};
use revcart_runtime::Environment;
use tower::ServiceExt;

use crate::world::{Ask, World, get, post};

fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

fn limited(world: &World, change: impl FnOnce(&mut EdgeOptions)) -> Router {
    let mut options = world.options();
    options.rate_limits = Some(Quotas {
        credentials_per_minute: number(1),
        heavy_per_minute: number(1),
        webhooks_per_second: number(1),
        reads_per_second: number(3),
        writes_per_second: number(1),
    });
    change(&mut options);
    let routes = Router::new()
        .route("/things", on_get(|| async {}).post(|| async {}))
        .route("/api/users/login", on_post(|| async {}));
    world.serve_with(options, routes)
}

/// How many of 20 requests in a row are let in.
async fn let_in(shop: &Router, ask: impl Fn() -> Ask) -> usize {
    let mut count = 0;
    for _ in 0..20 {
        count += usize::from(ask().of(shop).await.status == 200);
    }
    count
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let world = World::new();
    let shop = limited(&world, |_| {});
    assert_eq!(let_in(&shop, || post("/things")).await, 2);
    let told = post("/things")
        .of(&shop)
        .await
        .refuses(429, "TOO_MANY_REQUESTS");
    let seconds: u64 = told.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=2).contains(&seconds));
    world.clock.advance(Duration::from_secs(seconds));
    assert_eq!(post("/things").of(&shop).await.status, 200);
}

#[tokio::test]
async fn everybody_has_limits_of_their_own() {
    let world = World::new();
    let shop = limited(&world, |_| {});
    let (one, other) = (world.token(Role::Customer), world.token(Role::Customer));
    assert_eq!(let_in(&shop, || post("/things").token(&one)).await, 2);
    assert_eq!(let_in(&shop, || post("/things").token(&other)).await, 2);
    assert_eq!(let_in(&shop, || get("/things").token(&one)).await, 6);
}

#[tokio::test]
async fn a_token_does_not_help_with_guessing_passwords() {
    let world = World::new();
    let shop = limited(&world, |_| {});
    let (one, other) = (world.token(Role::Customer), world.token(Role::Customer));
    assert_eq!(
        let_in(&shop, || post("/api/users/login").token(&one)).await,
        2
    );
    assert_eq!(
        let_in(&shop, || post("/api/users/login").token(&other)).await,
        0,
        "it is the address that counts"
    );
}

#[tokio::test]
async fn invalid_tokens_do_not_make_a_crowd_of_one() {
    let world = World::new();
    let shop = limited(&world, |_| {});
    let tokens = std::cell::Cell::new(0);
    let ask = || {
        tokens.set(tokens.get() + 1);
        post("/things").token(&format!("forged.token.{}", tokens.get()))
    };
    assert_eq!(let_in(&shop, ask).await, 2);
}

#[tokio::test]
async fn services_are_not_limited() {
    let world = World::new();
    let shop = limited(&world, |_| {});
    let token = world.service_token();
    assert_eq!(let_in(&shop, || post("/things").token(&token)).await, 20);
}

#[tokio::test]
async fn addresses_are_told_apart_and_forwarded_ones_believed_only_of_proxies() {
    let world = World::new();
    let from = |address: &str, forwarded: &str| {
        let mut request = post("/things")
            .header("x-forwarded-for", forwarded)
            .request();
        let address: SocketAddr = format!("{address}:1234").parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(address));
        request
    };
    let direct = limited(&world, |_| {});
    let ask = async |shop: &Router, address: &str, forwarded: &str| {
        shop.clone()
            .oneshot(from(address, forwarded))
            .await
            .unwrap()
            .status()
    };
    for n in 0..2 {
        assert_eq!(
            ask(&direct, "192.0.2.1", &format!("198.51.100.{n}")).await,
            200
        );
    }
    assert_eq!(
        ask(&direct, "192.0.2.1", "198.51.100.9").await,
        429,
        "anybody can claim to be forwarded"
    );
    assert_eq!(ask(&direct, "192.0.2.2", "198.51.100.9").await, 200);
    let proxied = limited(&world, |options| options.trusted_proxies = 1);
    for n in 0..2 {
        assert_eq!(
            ask(
                &proxied,
                "192.0.2.1",
                &format!("203.0.113.{n}, 198.51.100.1")
            )
            .await,
            200
        );
    }
    assert_eq!(
        ask(&proxied, "192.0.2.1", "203.0.113.7, 198.51.100.1").await,
        429,
        "only what the proxy appended counts"
    );
    assert_eq!(ask(&proxied, "192.0.2.1", "198.51.100.2").await, 200);
}

#[tokio::test]
async fn probes_and_scrapers_are_not_limited() {
    let world = World::new();
    world.health.set_ready(true);
    let shop = limited(&world, |_| {});
    assert_eq!(let_in(&shop, || get("/health")).await, 20);
}

#[test]
fn limits_are_on_unless_they_are_switched_off() {
    let world = World::new();
    let read = |pairs: &[(&str, &str)]| {
        let env = Environment::from_pairs(pairs.iter().copied());
        EdgeOptions::from_env(
            &env,
            world.verifier.clone(),
            world.clock.clone(),
            world.shutdown.clone(),
        )
    };
    assert!(read(&[]).unwrap().rate_limits.is_some());
    assert!(
        read(&[("REVCART_RATE_LIMITS", "off")])
            .unwrap()
            .rate_limits
            .is_none()
    );
    let options = read(&[
        ("REVCART_RATE_LIMIT_WRITES", "7"),
        ("REVCART_REQUEST_TIME_LIMIT", "2s"),
        (
            "REVCART_CORS_ORIGINS",
            "https://a.example/, http://localhost:5173",
        ),
    ])
    .unwrap();
    assert_eq!(options.rate_limits.unwrap().writes_per_second, number(7));
    assert_eq!(options.time_limit, Duration::from_secs(2));
    assert_eq!(
        options.cors_origins,
        ["https://a.example", "http://localhost:5173"]
    );
    for wrong in [
        ("REVCART_RATE_LIMITS", "maybe"),
        ("REVCART_RATE_LIMIT_READS", "0"),
        ("REVCART_CORS_ORIGINS", "shop.example"),
    ] {
        let error = read(&[wrong]).unwrap_err().to_string();
        assert!(error.contains(wrong.0), "{error}");
    }
}
