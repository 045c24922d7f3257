//! The only source of time: the machine's, or one that tests move by hand.
//! Everything that reads the time or waits for it takes a [`Clock`], so that no test has to sleep.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use shared_events::Timestamp;
use tokio::sync::watch;

/// The longest nap of a waiting system clock: the wall clock may be set while somebody waits for a time of day.
const LONGEST_NAP: Duration = Duration::from_secs(60);

/// Tells the time and wakes who waits for it. Clones share the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<watch::Sender<Timestamp>>),
}

impl Clock {
    /// The time of the machine.
    pub fn system() -> Self {
        Self {
            source: Source::System,
        }
    }

    /// A clock that stands at `start` until [`Clock::advance`] moves it.
    pub fn manual(start: Timestamp) -> Self {
        Self {
            source: Source::Manual(Arc::new(watch::Sender::new(start))),
        }
    }

    /// The time now, in microseconds UTC.
    pub fn now(&self) -> Timestamp {
        match &self.source {
            Source::System => system_now(),
            Source::Manual(time) => *time.borrow(),
        }
    }

    /// Whether this clock is moved by hand.
    pub fn is_manual(&self) -> bool {
        matches!(self.source, Source::Manual(_))
    }

    /// Moves a manual clock forward and wakes everybody whose time has come.
    ///
    /// # Panics
    /// If this is the system clock.
    pub fn advance(&self, by: Duration) {
        self.manual_time().send_modify(|now| *now = *now + by);
    }

    /// Moves a manual clock forward to `at`; does nothing when that is already past.
    ///
    /// # Panics
    /// If this is the system clock.
    pub fn advance_to(&self, at: Timestamp) {
        self.manual_time()
            .send_if_modified(|now| std::mem::replace(now, at.max(*now)) < at);
    }

    /// Waits for `duration`, counted from the call (not from the first poll).
    pub fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send + use<> {
        self.sleep_until(self.now() + duration)
    }

    /// Waits until the clock shows `at` or later.
    pub fn sleep_until(&self, at: Timestamp) -> impl Future<Output = ()> + Send + use<> {
        let clock = self.clone();
        async move {
            match &clock.source {
                Source::System => wait_for_system(at).await,
                Source::Manual(time) => {
                    // The sender lives in `clock`, so waiting cannot end for lack of one.
                    let _ = time.subscribe().wait_for(|now| *now >= at).await;
                }
            }
        }
    }

    fn manual_time(&self) -> &watch::Sender<Timestamp> {
        match &self.source {
            Source::Manual(time) => time,
            Source::System => panic!("the system clock cannot be advanced"),
        }
    }
}

async fn wait_for_system(at: Timestamp) {
    loop {
        let left = at - system_now();
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(LONGEST_NAP)).await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the machine's time"
)]
fn system_now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
