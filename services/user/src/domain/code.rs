//! One-time codes: what they are for, how often one is sent, how often one may be tried.

use std::time::Duration;

use shared_events::Timestamp;

use super::Email;

/// How long a code is good.
pub const LIFE: Duration = Duration::from_secs(10 * 60);
/// Wrong tries after which a code is worth nothing.
pub const MOST_TRIES: u32 = 5;
/// The pause between two codes for the same thing.
pub const RESEND_PAUSE: Duration = Duration::from_secs(60);
/// Codes for the same thing within [`WINDOW`].
pub const MOST_IN_WINDOW: u32 = 5;
/// See [`MOST_IN_WINDOW`].
pub const WINDOW: Duration = Duration::from_secs(3600);

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Showing that the address of a new account is one's own.
    Register,
    /// Setting another password without knowing the old one.
    Reset,
    /// Showing that the address to change to is one's own.
    Change,
}

impl Purpose {
    /// As it is part of what a code's place is called.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Reset => "reset",
            Self::Change => "change",
        }
    }

    /// The text that the code is mailed in.
    #[must_use]
    pub fn template(self) -> &'static str {
        match self {
            Self::Register => "otp-register",
            Self::Reset => "otp-reset",
            Self::Change => "otp-change",
        }
    }
}

/// The place of the one code that is good for an address and a purpose, and what is remembered of those before it.
#[derive(Clone, PartialEq, Eq)]
pub struct Slot {
    /// What is kept of the code; `None` when none is good: never sent, used, or tried too often.
    pub digest: Option<String>,
    /// Wrong tries of this code.
    pub tries: u32,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When the first of the codes that are counted was sent.
    pub window_began: Timestamp,
    /// Codes sent since then.
    pub sent_in_window: u32,
    /// The address to change to, if that is what it is for.
    pub new_email: Option<Email>,
}

impl Slot {
    /// No code yet.
    #[must_use]
    pub fn empty(now: Timestamp) -> Self {
        Self {
            digest: None,
            tries: 0,
            sent_at: now,
            window_began: now,
            sent_in_window: 0,
            new_email: None,
        }
    }

    /// How long to wait before another code may be sent, if at all.
    #[must_use]
    pub fn wait(&self, now: Timestamp) -> Option<Duration> {
        if self.sent_in_window == 0 {
            return None;
        }
        let pause_ends = self.sent_at + RESEND_PAUSE;
        let window_ends = self.window_began + WINDOW;
        let next = if self.sent_in_window >= MOST_IN_WINDOW {
            pause_ends.max(window_ends)
        } else {
            pause_ends
        };
        Some(next - now).filter(|left| !left.is_zero())
    }

    /// Puts a fresh code in the place of the last one, which is worth nothing from now on.
    pub fn fill(&mut self, digest: String, new_email: Option<Email>, now: Timestamp) {
        if self.sent_in_window == 0 || now - self.window_began >= WINDOW {
            self.window_began = now;
            self.sent_in_window = 0;
        }
        self.sent_in_window += 1;
        self.digest = Some(digest);
        self.tries = 0;
        self.sent_at = now;
        self.new_email = new_email;
    }

    /// What the code that is tried now must fit; `None` if no code would do.
    #[must_use]
    pub fn awaited(&self, now: Timestamp) -> Option<&str> {
        let expired = now - self.sent_at >= LIFE;
        self.digest.as_deref().filter(|_| !expired)
    }

    /// Takes note of a try that was wrong; the last of those that are free takes the code away.
    pub fn miss(&mut self) {
        self.tries = self.tries.saturating_add(1);
        if self.tries >= MOST_TRIES {
            self.digest = None;
        }
    }

    /// The code has been used, or is not to be used any more. What was sent still counts.
    pub fn spend(&mut self) {
        self.digest = None;
        self.new_email = None;
    }

    /// When nothing of this matters any more.
    #[must_use]
    pub fn forgotten_at(&self) -> Timestamp {
        self.sent_at + WINDOW.max(LIFE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_micros(1_000_000_000_000);

    fn sent() -> Slot {
        let mut slot = Slot::empty(START);
        slot.fill("digest".into(), None, START);
        slot
    }

    #[test]
    fn a_code_is_good_for_ten_minutes() {
        let slot = sent();
        let last = START + Duration::from_micros(600_000_000 - 1);
        assert_eq!(slot.awaited(last), Some("digest"));
        assert_eq!(slot.awaited(START + LIFE), None);
    }

    #[test]
    fn the_fifth_wrong_try_takes_the_code_away() {
        let mut slot = sent();
        for _ in 0..4 {
            slot.miss();
            assert!(slot.awaited(START).is_some());
        }
        slot.miss();
        assert!(slot.awaited(START).is_none());
    }

    #[test]
    fn a_spent_code_is_worth_nothing() {
        let mut slot = sent();
        slot.spend();
        assert!(slot.awaited(START).is_none());
    }

    #[test]
    fn a_minute_lies_between_two_codes_and_five_go_into_an_hour() {
        let mut slot = Slot::empty(START);
        let mut now = START;
        for _ in 0..5 {
            assert_eq!(slot.wait(now), None);
            slot.fill("digest".into(), None, now);
            assert_eq!(
                slot.wait(now),
                Some(RESEND_PAUSE)
                    .filter(|_| slot.sent_in_window < 5)
                    .or(Some(START + WINDOW - now))
            );
            now = now + RESEND_PAUSE;
        }
        assert_eq!(slot.wait(now), Some(Duration::from_secs(55 * 60)));
        now = START + WINDOW;
        assert_eq!(slot.wait(now), None);
        slot.fill("digest".into(), None, now);
        assert_eq!(slot.sent_in_window, 1);
    }

    #[test]
    fn another_code_has_tries_of_its_own() {
        let mut slot = sent();
        slot.miss();
        slot.fill("next".into(), None, START + RESEND_PAUSE);
        assert_eq!(
            (slot.tries, slot.awaited(START + RESEND_PAUSE)),
            (0, Some("next"))
        );
    }
}
