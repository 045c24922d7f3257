//! Whether Redis answers. While it does not, one command at a time tries, after a pause; all others are told at once.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use revcart_runtime::telemetry::names;
use tokio::time::Instant;

/// How long nobody tries after a failure.
const PAUSE: Duration = Duration::from_millis(250);

#[derive(Debug)]
pub(super) struct Presence {
    begun: Instant,
    away: AtomicBool,
    /// Milliseconds from `begun` on.
    next_try: AtomicU64,
}

impl Presence {
    pub(super) fn new() -> Self {
        metrics::gauge!(names::REDIS_UP).set(1);
        Self {
            begun: Instant::now(),
            away: AtomicBool::new(false),
            next_try: AtomicU64::new(0),
        }
    }

    /// Whether a command may be tried; while Redis is away, true for one command per pause.
    pub(super) fn may_try(&self) -> bool {
        if !self.away.load(Ordering::Acquire) {
            return true;
        }
        let now = self.now();
        let due = self.next_try.load(Ordering::Acquire);
        now >= due
            && self
                .next_try
                .compare_exchange(due, now + pause(), Ordering::AcqRel, Ordering::Acquire)
                .is_ok()
    }

    pub(super) fn answered(&self) {
        if self.away.swap(false, Ordering::AcqRel) {
            metrics::gauge!(names::REDIS_UP).set(1);
            tracing::info!("Redis answers again");
        }
    }

    /// `problem` is logged when it is the first after an answer.
    pub(super) fn failed(&self, problem: &str) {
        metrics::counter!(names::REDIS_FAILURES).increment(1);
        self.next_try.store(self.now() + pause(), Ordering::Release);
        if !self.away.swap(true, Ordering::AcqRel) {
            metrics::gauge!(names::REDIS_UP).set(0);
            tracing::warn!(
                problem,
                "Redis does not answer: limits are counted per process, carts come from the database, live news comes later"
            );
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

fn pause() -> u64 {
    u64::try_from(PAUSE.as_millis()).expect("a short pause")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn while_redis_is_away_one_command_per_pause_tries() {
        let presence = Presence::new();
        assert!(presence.may_try() && presence.may_try());
        presence.failed("gone");
        assert!(!presence.may_try());
        tokio::time::advance(PAUSE).await;
        assert!(presence.may_try());
        assert!(!presence.may_try(), "one is trying");
        presence.answered();
        assert!(presence.may_try() && presence.may_try());
    }
}
