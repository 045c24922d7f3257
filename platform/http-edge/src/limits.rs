//! Rate limits: how often one caller may ask, by class of route; one budget for all services and replicas that share a Redis
//! (`replicas`), or for one process (`local`). While Redis is away each process counts for itself: a caller may then ask each
//! replica so often, and no request fails because nobody counts.

mod local;
mod replicas;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use http::Method;
use revcart_runtime::Clock;

use crate::auth::{Subject, Visitor};
use crate::shared::Shared;

use local::Limiter;
use replicas::Counters;

/// What kind of request it is, as far as limits go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteClass {
    /// Where passwords and codes can be tried: limited hardest, by address.
    Credentials,
    /// What costs much: uploads, imports, exports, reports, rebuilding.
    Heavy,
    /// What payment providers send, many from few addresses; its signature is checked before anything else.
    Webhook,
    /// Reading.
    Read,
    /// Everything else.
    Write,
}

impl RouteClass {
    /// By method and route.
    pub fn of(method: &Method, route: &str) -> Self {
        const CREDENTIALS: [&str; 11] = [
            "/login",
            "/register",
            "/verify-otp",
            "/resend-otp",
            "/forgot-password",
            "/reset-password",
            "/users/email",
            "/email/verify",
            "/deactivate",
            "/users/password",
            "/coupon",
        ];
        const HEAVY: [&str; 6] = [
            "/images",
            "/import",
            "/export.csv",
            "/reports/{report}",
            "/settlements",
            "/rebuild",
        ];
        let is_one_of = |ends: &[&str]| ends.iter().any(|end| route.ends_with(end));
        let changes = matches!(*method, Method::POST | Method::PUT);
        if changes && is_one_of(&CREDENTIALS) {
            Self::Credentials
        } else if is_one_of(&HEAVY) {
            Self::Heavy
        } else if route.contains("/webhooks/") {
            Self::Webhook
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
    /// Uploads, imports, exports and reports per minute.
    pub heavy_per_minute: NonZeroU32,
    /// Webhooks per second and address.
    pub webhooks_per_second: NonZeroU32,
    /// Reads per second.
    pub reads_per_second: NonZeroU32,
    /// Writes per second.
    pub writes_per_second: NonZeroU32,
}

/// Who asks, for counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    Known(Visitor),
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

/// The same text in every process.
impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(Visitor::User(identity)) => match identity.subject {
                Subject::User(id) => write!(f, "user:{id}:{}", identity.role),
                Subject::Service(service) => write!(f, "service:{}", service.name()),
            },
            Self::Known(Visitor::Guest(order)) => write!(f, "guest:{order}"),
            Self::Address(address) => write!(f, "address:{address}"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// So many requests per period, evenly; twice as many at once after a rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rate {
    requests: NonZeroU32,
    period: Duration,
}

impl Rate {
    /// The time that one request takes up.
    fn interval(self) -> Duration {
        (self.period / self.requests.get()).max(Duration::from_nanos(1))
    }

    fn burst(self) -> NonZeroU32 {
        self.requests.saturating_mul(TWO)
    }
}

const TWO: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// The limits that one process keeps.
pub(crate) struct RateLimits {
    credentials: Limit,
    heavy: Limit,
    webhooks: Limit,
    reads: Limit,
    writes: Limit,
    hasher: RandomState,
    counters: Option<Counters>,
}

struct Limit {
    name: &'static str,
    rate: Rate,
    local: Limiter,
}

impl RateLimits {
    pub(crate) fn new(quotas: &Quotas, clock: &Clock, shared: &Shared) -> Self {
        let limit = |name, requests, period| {
            let rate = Rate { requests, period };
            Limit {
                name,
                rate,
                local: Limiter::new(rate, clock.clone()),
            }
        };
        Self {
            credentials: limit("credentials", quotas.credentials_per_minute, MINUTE),
            heavy: limit("heavy", quotas.heavy_per_minute, MINUTE),
            webhooks: limit("webhooks", quotas.webhooks_per_second, SECOND),
            reads: limit("reads", quotas.reads_per_second, SECOND),
            writes: limit("writes", quotas.writes_per_second, SECOND),
            hasher: RandomState::new(),
            counters: shared
                .connection()
                .map(|connection| Counters::new(connection, clock)),
        }
    }

    /// Counts a request; `Err` with the time after which the next one is let through.
    pub(crate) async fn check(&self, caller: Caller, class: RouteClass) -> Result<(), Duration> {
        let limit = match class {
            RouteClass::Credentials => &self.credentials,
            RouteClass::Heavy => &self.heavy,
            RouteClass::Webhook => &self.webhooks,
            RouteClass::Read => &self.reads,
            RouteClass::Write => &self.writes,
        };
        if let Some(counters) = &self.counters
            && let Ok(counted) = counters.check(limit.name, limit.rate, caller).await
        {
            return counted;
        }
        limit.local.check(self.hasher.hash_one(caller))
    }
}

#[cfg(test)]
mod tests;
