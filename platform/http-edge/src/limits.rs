//! Rate limits: how often one caller may ask, by class of route. Memory is bounded whatever the number of callers.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use http::Method;
use revcart_runtime::Clock;

use crate::auth::Identity;

/// Callers told apart per class; beyond them callers share, so that memory stays bounded (about 10 MB).
const MOST_CALLERS: usize = 50_000;
/// How many checks pass between two looks at the number of callers.
const SWEEP_EVERY: u64 = 4096;

/// What kind of request it is, as far as limits go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteClass {
    /// Where passwords and codes can be tried: limited hardest, by address.
    Credentials,
    /// Reading.
    Read,
    /// Everything else.
    Write,
}

impl RouteClass {
    /// By method and route.
    pub fn of(method: &Method, route: &str) -> Self {
        const CREDENTIALS: [&str; 6] = [
            "/login",
            "/register",
            "/verify-otp",
            "/resend-otp",
            "/forgot-password",
            "/reset-password",
        ];
        if *method == Method::POST && CREDENTIALS.iter().any(|end| route.ends_with(end)) {
            Self::Credentials
        } else if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
            Self::Read
        } else {
            Self::Write
        }
    }
}

/// How much one caller may ask for; bursts of twice that are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Attempts per minute and address.
    pub credentials_per_minute: NonZeroU32,
    /// Reads per second.
    pub reads_per_second: NonZeroU32,
    /// Writes per second.
    pub writes_per_second: NonZeroU32,
}

/// Who asks, for counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    Known(Identity),
    Address(IpAddr),
    Unknown,
}

impl Caller {
    /// A host is one caller in IPv4; in IPv6 a network of 64 bits is, because whoever has one address has them all.
    pub(crate) fn at(address: Option<IpAddr>) -> Self {
        match address {
            None => Self::Unknown,
            Some(IpAddr::V4(address)) => Self::Address(address.into()),
            Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
                Some(address) => Self::Address(address.into()),
                None => Self::Address(IpAddr::V6(
                    (u128::from(address) & !u128::from(u64::MAX)).into(),
                )),
            },
        }
    }
}

/// The limits of one process.
pub(crate) struct RateLimits {
    credentials: Limiter,
    reads: Limiter,
    writes: Limiter,
    hasher: RandomState,
}

impl RateLimits {
    pub(crate) fn new(quotas: &Quotas, clock: &Clock) -> Self {
        let limiter = |quota: Quota, rate: NonZeroU32| {
            Limiter::new(quota.allow_burst(rate.saturating_mul(TWO)), clock.clone())
        };
        Self {
            credentials: limiter(
                Quota::per_minute(quotas.credentials_per_minute),
                quotas.credentials_per_minute,
            ),
            reads: limiter(
                Quota::per_second(quotas.reads_per_second),
                quotas.reads_per_second,
            ),
            writes: limiter(
                Quota::per_second(quotas.writes_per_second),
                quotas.writes_per_second,
            ),
            hasher: RandomState::new(),
        }
    }

    /// Counts a request; `Err` with the time after which the next one is let through.
    pub(crate) fn check(&self, caller: Caller, class: RouteClass) -> Result<(), Duration> {
        let key = self.hasher.hash_one(caller);
        match class {
            RouteClass::Credentials => self.credentials.check(key),
            RouteClass::Read => self.reads.check(key),
            RouteClass::Write => self.writes.check(key),
        }
    }
}

const TWO: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);

struct Limiter {
    limiter: RateLimiter<u64, DashMapStateStore<u64>, Ticks, NoOpMiddleware<Nanos>>,
    clock: Ticks,
    checks: AtomicU64,
    crowded: AtomicU64,
}

impl Limiter {
    fn new(quota: Quota, clock: Clock) -> Self {
        let clock = Ticks(clock);
        Self {
            limiter: RateLimiter::dashmap_with_clock(quota, clock.clone()),
            clock,
            checks: AtomicU64::new(0),
            crowded: AtomicU64::new(0),
        }
    }

    fn check(&self, key: u64) -> Result<(), Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.sweep();
        }
        let crowded = self.crowded.load(Ordering::Relaxed) != 0;
        let key = if crowded {
            key % MOST_CALLERS as u64
        } else {
            key
        };
        self.limiter
            .check_key(&key)
            .map_err(|refused| refused.wait_time_from(self.clock.now()))
    }

    /// Forgets callers that have not asked for so long that they may ask as if new; with too many left, callers share.
    fn sweep(&self) {
        let crowded = self.limiter.len() > MOST_CALLERS / 2 && {
            self.limiter.retain_recent();
            self.limiter.len() > MOST_CALLERS
        };
        self.crowded.store(u64::from(crowded), Ordering::Relaxed);
    }
}

/// Our clock as governor wants it.
#[derive(Debug, Clone)]
struct Ticks(Clock);

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::new(
            u64::try_from(self.0.now().micros())
                .unwrap_or(0)
                .saturating_mul(1000),
        )
    }
}

#[cfg(test)]
mod tests;
