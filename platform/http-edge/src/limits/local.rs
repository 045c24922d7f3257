//! Counting in this process. Memory is bounded whatever the number of callers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use revcart_runtime::Clock;

use super::Rate;

/// Callers told apart per class; beyond them callers share, so that memory stays bounded (about 10 MB).
pub(super) const MOST_CALLERS: usize = 50_000;
/// How many checks pass between two looks at the number of callers.
pub(super) const SWEEP_EVERY: u64 = 4096;

/// One class.
pub(super) struct Limiter {
    limiter: RateLimiter<u64, DashMapStateStore<u64>, Ticks, NoOpMiddleware<Nanos>>,
    clock: Ticks,
    checks: AtomicU64,
    crowded: AtomicU64,
}

impl Limiter {
    pub(super) fn new(rate: Rate, clock: Clock) -> Self {
        let clock = Ticks(clock);
        let quota = Quota::with_period(rate.interval())
            .expect("rates are bounded, so that the interval is not zero")
            .allow_burst(rate.burst());
        Self {
            limiter: RateLimiter::dashmap_with_clock(quota, clock.clone()),
            clock,
            checks: AtomicU64::new(0),
            crowded: AtomicU64::new(0),
        }
    }

    /// Counts a request of `key`; `Err` with the time after which the next one is let through.
    pub(super) fn check(&self, key: u64) -> Result<(), Duration> {
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

    #[cfg(test)]
    pub(super) fn callers(&self) -> usize {
        self.limiter.len()
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
