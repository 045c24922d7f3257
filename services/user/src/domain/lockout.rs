//! Wrong passwords and wrong codes: a few are free, then every further one makes its address wait longer.
//!
//! An address that nobody has an account with is treated alike, so that a pause tells nothing. Codes are counted apart from
//! passwords: whoever is locked out by somebody else's guesses can still set another password by mail.

use std::time::Duration;

use shared_events::Timestamp;

/// Wrong ones in a row that cost nothing but the next of which begins a pause.
const FREE: u32 = 4;
/// Minutes to wait after the fifth wrong one in a row, the sixth and so on; the last for all that follow. So at most 24 guesses
/// a day and address, far below the hundred in a row that NIST SP 800-63B section 3.2.2 allows before an account is closed.
const PAUSES: [u64; 4] = [1, 5, 15, 60];
/// After how long without a wrong one they are forgotten. (The right one makes them forgotten at once.)
pub const FORGOTTEN_AFTER: Duration = Duration::from_secs(24 * 3600);

/// What has been tried at one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failures {
    /// Wrong ones in a row.
    pub count: u32,
    /// Until when nothing is tried.
    pub locked_until: Timestamp,
    /// When the last one was.
    pub last_at: Timestamp,
}

impl Failures {
    /// None yet.
    #[must_use]
    pub fn none(now: Timestamp) -> Self {
        Self {
            count: 0,
            locked_until: now,
            last_at: now,
        }
    }

    /// How long to wait before anything is tried again, if at all.
    #[must_use]
    pub fn pause(&self, now: Timestamp) -> Option<Duration> {
        Some(self.locked_until - now).filter(|left| !left.is_zero())
    }

    /// Counts a wrong one. Returns the pause that begins when it is longer than the one before it: news for the owner. So
    /// whoever guesses on and on makes the owner no more than a few mails.
    pub fn fail(&mut self, now: Timestamp) -> Option<Duration> {
        if now - self.last_at >= FORGOTTEN_AFTER {
            self.count = 0;
        }
        let before = pause_after(self.count);
        self.count = self.count.saturating_add(1);
        self.last_at = now;
        let pause = pause_after(self.count);
        self.locked_until = now + pause.unwrap_or_default();
        pause.filter(|_| pause > before)
    }

    /// When this may be forgotten.
    #[must_use]
    pub fn forgotten_at(&self) -> Timestamp {
        self.last_at + FORGOTTEN_AFTER
    }
}

fn pause_after(count: u32) -> Option<Duration> {
    let step = count.checked_sub(FREE + 1)? as usize;
    let minutes = PAUSES[step.min(PAUSES.len() - 1)];
    Some(Duration::from_secs(minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_micros(1_000_000_000_000);

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(minutes * 60)
    }

    #[test]
    fn four_are_free_and_each_further_one_costs_more() {
        let mut failures = Failures::none(START);
        for _ in 0..4 {
            assert_eq!(failures.fail(START), None);
            assert_eq!(failures.pause(START), None);
        }
        let mut now = START;
        for pause in [1, 5, 15, 60] {
            assert_eq!(failures.fail(now), Some(minutes(pause)));
            assert_eq!(failures.pause(now), Some(minutes(pause)));
            now = now + minutes(pause);
            assert_eq!(failures.pause(now), None);
        }
        assert_eq!(failures.fail(now), None, "no news");
        assert_eq!(failures.pause(now), Some(minutes(60)));
    }

    #[test]
    fn a_day_without_a_wrong_one_starts_afresh() {
        let mut failures = Failures::none(START);
        for _ in 0..6 {
            failures.fail(START);
        }
        let tomorrow = START + FORGOTTEN_AFTER;
        assert_eq!(failures.forgotten_at(), tomorrow);
        assert_eq!(failures.fail(tomorrow), None);
        assert_eq!(failures.count, 1);
    }
}
