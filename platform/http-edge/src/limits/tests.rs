use std::net::{Ipv4Addr, Ipv6Addr};

use shared_events::{Timestamp, UserId};

use super::local::{MOST_CALLERS, SWEEP_EVERY};
use super::*;
use crate::auth::Identity;
use crate::auth::Role;
use crate::shared::testing;

fn number(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap()
}

fn limits(clock: &Clock) -> RateLimits {
    of_replica(clock, &Shared::Memory)
}

fn of_replica(clock: &Clock, shared: &Shared) -> RateLimits {
    let quotas = Quotas {
        credentials_per_minute: number(2),
        heavy_per_minute: number(2),
        webhooks_per_second: number(5),
        reads_per_second: number(10),
        writes_per_second: number(1),
    };
    RateLimits::new(&quotas, clock, shared)
}

fn clock() -> Clock {
    Clock::manual(Timestamp::from_micros(1_700_000_000_000_000))
}

fn address(last: u8) -> Caller {
    Caller::at(Some(Ipv4Addr::new(192, 0, 2, last).into()))
}

/// The same on both sides: `$limits` makes the limits of one replica, of a system of its own.
macro_rules! contract {
    ($side:ident, $limits:path) => {
        mod $side {
            use super::*;

            #[tokio::test]
            async fn a_caller_gets_a_burst_and_then_the_rate() {
                let clock = clock();
                super::a_caller_gets_a_burst_and_then_the_rate(&$limits(&clock).await, &clock)
                    .await;
            }

            #[tokio::test]
            async fn callers_and_classes_are_counted_apart() {
                super::callers_and_classes_are_counted_apart(&$limits(&clock()).await).await;
            }

            #[tokio::test]
            async fn refused_requests_put_nothing_off() {
                let clock = clock();
                super::refused_requests_put_nothing_off(&$limits(&clock).await, &clock).await;
            }
        }
    };
}

async fn in_memory(clock: &Clock) -> RateLimits {
    limits(clock)
}

async fn in_redis(clock: &Clock) -> RateLimits {
    of_replica(clock, &testing::replica(&testing::prefix()).await)
}

contract!(memory, in_memory);
contract!(redis, in_redis);

async fn a_caller_gets_a_burst_and_then_the_rate(limits: &RateLimits, clock: &Clock) {
    let caller = address(1);
    for _ in 0..4 {
        limits.check(caller, RouteClass::Credentials).await.unwrap();
    }
    let refused = limits.check(caller, RouteClass::Credentials).await;
    let wait = refused.unwrap_err();
    assert!(
        wait > Duration::ZERO && wait <= Duration::from_secs(30),
        "{wait:?}"
    );
    clock.advance(wait);
    limits.check(caller, RouteClass::Credentials).await.unwrap();
    assert!(limits.check(caller, RouteClass::Credentials).await.is_err());
}

async fn callers_and_classes_are_counted_apart(limits: &RateLimits) {
    while limits
        .check(address(1), RouteClass::Credentials)
        .await
        .is_ok()
    {}
    limits.check(address(1), RouteClass::Read).await.unwrap();
    limits.check(address(1), RouteClass::Write).await.unwrap();
    limits
        .check(address(2), RouteClass::Credentials)
        .await
        .unwrap();
    let known = Caller::Known(Visitor::User(Identity::user(UserId::new(), Role::Customer)));
    limits.check(known, RouteClass::Credentials).await.unwrap();
}

async fn refused_requests_put_nothing_off(limits: &RateLimits, clock: &Clock) {
    while limits
        .check(address(1), RouteClass::Credentials)
        .await
        .is_ok()
    {}
    let first = limits.check(address(1), RouteClass::Credentials).await;
    for _ in 0..20 {
        let again = limits.check(address(1), RouteClass::Credentials).await;
        assert_eq!(again, first);
    }
    clock.advance(first.unwrap_err());
    limits
        .check(address(1), RouteClass::Credentials)
        .await
        .unwrap();
}

#[tokio::test]
async fn replicas_share_a_budget() {
    let (clock, prefix) = (clock(), testing::prefix());
    let one = of_replica(&clock, &testing::replica(&prefix).await);
    let other = of_replica(&clock, &testing::replica(&prefix).await);
    for replica in [&one, &other, &other, &one] {
        replica
            .check(address(1), RouteClass::Credentials)
            .await
            .unwrap();
    }
    assert!(
        one.check(address(1), RouteClass::Credentials)
            .await
            .is_err()
    );
    assert!(
        other
            .check(address(1), RouteClass::Credentials)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn the_time_of_the_server_counts_for_replicas_of_real_time() {
    let prefix = testing::prefix();
    let limits = of_replica(&Clock::system(), &testing::replica(&prefix).await);
    for _ in 0..4 {
        limits
            .check(address(1), RouteClass::Credentials)
            .await
            .unwrap();
    }
    let wait = limits
        .check(address(1), RouteClass::Credentials)
        .await
        .unwrap_err();
    assert!(
        wait > Duration::from_secs(20) && wait <= Duration::from_secs(30),
        "{wait:?}"
    );
}

#[tokio::test]
async fn a_caller_who_might_as_well_be_new_takes_no_room() {
    let (clock, shared) = (clock(), testing::replica(&testing::prefix()).await);
    let limits = of_replica(&clock, &shared);
    limits
        .check(address(1), RouteClass::Credentials)
        .await
        .unwrap();
    let connection = shared.connection().unwrap();
    let lives = crate::shared::Script::new("return redis.call('PTTL', KEYS[1])");
    let key = connection.key(format_args!("limit:credentials:{}", address(1)));
    let lives: i64 = connection.run(&lives, &[key], &[]).await.unwrap();
    assert!((1..=30_000).contains(&lives), "{lives}");
}

#[tokio::test]
async fn while_redis_is_away_each_process_counts_for_itself() {
    let mut server = testing::Server::start().await;
    let clock = clock();
    let one = of_replica(&clock, &server.replica().await);
    let other = of_replica(&clock, &server.replica().await);
    while one.check(address(1), RouteClass::Credentials).await.is_ok() {}
    server.stop();
    for replica in [&one, &other] {
        for _ in 0..4 {
            replica
                .check(address(1), RouteClass::Credentials)
                .await
                .unwrap();
        }
        assert!(
            replica
                .check(address(1), RouteClass::Credentials)
                .await
                .is_err()
        );
    }
    server.start_again().await;
    let mut last = 10;
    while !share(&one, &other, address(last)).await {
        assert!(last < 250, "Redis is back, and replicas count apart");
        last += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn share(one: &RateLimits, other: &RateLimits, caller: Caller) -> bool {
    let class = RouteClass::Credentials;
    for replica in [one, other, one, other] {
        replica.check(caller, class).await.unwrap();
    }
    one.check(caller, class).await.is_err() && other.check(caller, class).await.is_err()
}

#[test]
fn a_network_of_ipv6_is_one_caller() {
    let host = |last: u16| {
        Caller::at(Some(
            Ipv6Addr::new(0x2001, 0xdb8, 1, 2, 3, 4, 5, last).into(),
        ))
    };
    assert_eq!(host(1), host(2));
    let neighbour = Caller::at(Some(Ipv6Addr::new(0x2001, 0xdb8, 1, 3, 3, 4, 5, 1).into()));
    assert_ne!(host(1), neighbour);
    let mapped = Caller::at(Some(Ipv4Addr::new(192, 0, 2, 1).to_ipv6_mapped().into()));
    assert_eq!(mapped, address(1));
}

#[tokio::test]
async fn any_number_of_callers_takes_a_bounded_number_of_entries() {
    let limits = limits(&clock());
    for n in 0..(MOST_CALLERS as u128 * 3) {
        let _ = limits
            .check(
                Caller::at(Some(IpAddr::V6((n << 64).into()))),
                RouteClass::Read,
            )
            .await;
    }
    let most = MOST_CALLERS * 2 + SWEEP_EVERY as usize;
    assert!(
        limits.reads.local.callers() <= most,
        "{}",
        limits.reads.local.callers()
    );
}

#[tokio::test]
async fn callers_that_fell_silent_are_forgotten() {
    let clock = clock();
    let limits = limits(&clock);
    for n in 0..MOST_CALLERS as u128 {
        let _ = limits
            .check(
                Caller::at(Some(IpAddr::V6((n << 64).into()))),
                RouteClass::Read,
            )
            .await;
    }
    clock.advance(Duration::from_secs(60));
    for _ in 0..SWEEP_EVERY {
        let _ = limits.check(address(1), RouteClass::Read).await;
    }
    assert!(
        limits.reads.local.callers() <= 2,
        "{}",
        limits.reads.local.callers()
    );
}

#[test]
fn routes_where_secrets_can_be_tried_are_a_class_of_their_own_and_so_is_what_costs_much() {
    use RouteClass::{Credentials, Heavy, Read, Webhook, Write};
    for (method, route, class) in [
        (Method::POST, "/api/users/login", Credentials),
        (Method::PUT, "/api/users/password", Credentials),
        (Method::PUT, "/api/cart/coupon", Credentials),
        (Method::DELETE, "/api/cart/coupon", Write),
        (Method::POST, "/api/orders/checkout", Write),
        (Method::GET, "/api/users/login", Read),
        (Method::POST, "/api/products/{productId}/images", Heavy),
        (Method::GET, "/api/products/export.csv", Heavy),
        (
            Method::GET,
            "/api/products/{productId}/images/{imageId}",
            Read,
        ),
        (Method::POST, "/api/payments/webhooks/stripe", Webhook),
    ] {
        assert_eq!(RouteClass::of(&method, route), class, "{method} {route}");
    }
}
