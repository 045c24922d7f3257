use std::net::{Ipv4Addr, Ipv6Addr};

use shared_events::{Timestamp, UserId};

use super::*;
use crate::auth::Role;

fn number(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap()
}

fn limits(clock: &Clock) -> RateLimits {
    let quotas = Quotas {
        credentials_per_minute: number(2),
        reads_per_second: number(10),
        writes_per_second: number(1),
    };
    RateLimits::new(&quotas, clock)
}

fn clock() -> Clock {
    Clock::manual(Timestamp::from_micros(1_700_000_000_000_000))
}

fn address(last: u8) -> Caller {
    Caller::at(Some(Ipv4Addr::new(192, 0, 2, last).into()))
}

#[test]
fn a_caller_gets_a_burst_and_then_the_rate() {
    let clock = clock();
    let limits = limits(&clock);
    let caller = address(1);
    assert!(limits.check(caller, RouteClass::Write).is_ok());
    assert!(limits.check(caller, RouteClass::Write).is_ok());
    let wait = limits.check(caller, RouteClass::Write).unwrap_err();
    assert!(
        wait > Duration::ZERO && wait <= Duration::from_secs(1),
        "{wait:?}"
    );
    clock.advance(wait);
    assert!(limits.check(caller, RouteClass::Write).is_ok());
    assert!(limits.check(caller, RouteClass::Write).is_err());
}

#[test]
fn callers_and_classes_are_counted_apart() {
    let limits = limits(&clock());
    while limits.check(address(1), RouteClass::Write).is_ok() {}
    assert!(limits.check(address(1), RouteClass::Read).is_ok());
    assert!(limits.check(address(2), RouteClass::Write).is_ok());
    let known = Caller::Known(Identity::user(UserId::new(), Role::Customer));
    assert!(limits.check(known, RouteClass::Write).is_ok());
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

#[test]
fn any_number_of_callers_takes_a_bounded_number_of_entries() {
    let limits = limits(&clock());
    for n in 0..(MOST_CALLERS as u128 * 3) {
        let _ = limits.check(
            Caller::at(Some(IpAddr::V6((n << 64).into()))),
            RouteClass::Read,
        );
    }
    let most = MOST_CALLERS * 2 + SWEEP_EVERY as usize;
    assert!(
        limits.reads.limiter.len() <= most,
        "{}",
        limits.reads.limiter.len()
    );
}

#[test]
fn callers_that_fell_silent_are_forgotten() {
    let clock = clock();
    let limits = limits(&clock);
    for n in 0..MOST_CALLERS as u128 {
        let _ = limits.check(
            Caller::at(Some(IpAddr::V6((n << 64).into()))),
            RouteClass::Read,
        );
    }
    clock.advance(Duration::from_secs(60));
    for _ in 0..SWEEP_EVERY {
        let _ = limits.check(address(1), RouteClass::Read);
    }
    assert!(
        limits.reads.limiter.len() <= 2,
        "{}",
        limits.reads.limiter.len()
    );
}

#[test]
fn routes_where_secrets_can_be_tried_are_a_class_of_their_own() {
    assert_eq!(
        RouteClass::of(&Method::POST, "/api/users/login"),
        RouteClass::Credentials
    );
    assert_eq!(
        RouteClass::of(&Method::POST, "/api/orders/checkout"),
        RouteClass::Write
    );
    assert_eq!(
        RouteClass::of(&Method::GET, "/api/users/login"),
        RouteClass::Read
    );
}
