//! Counting figures anew from the log: which of them, and in which order.
//!
//! The log begins somewhere, and figures of before stay as they are. From there on every day, week and month is counted anew,
//! the latest days first: what became of a cart that was given up is found in the days after.

use std::time::Duration;

use shared_events::Timestamp;

use super::grain::Grain;

/// In which order.
const GRAINS: [Grain; 3] = Grain::OF_PEOPLE;
/// How far ahead the clock of whoever sent an event may be.
const AHEAD: Duration = Duration::from_secs(86_400);

/// A day, week or month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Which of them.
    pub grain: Grain,
    /// When it begins.
    pub start: Timestamp,
}

impl Window {
    /// Where it ends.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.grain.next(self.start)
    }

    fn before(self) -> Self {
        let last_moment = Timestamp::from_micros(self.start.micros().saturating_sub(1));
        Self {
            start: self.grain.start(last_moment),
            ..self
        }
    }
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuild {
    /// When somebody asked for it.
    pub requested_at: Timestamp,
    /// From when on figures are counted anew: windows that begin before are not all in the log.
    pub from: Timestamp,
    /// Until when there are events.
    pub until: Timestamp,
    /// What is counted next; nothing if it is finished.
    pub next: Option<Window>,
    /// Figures that were others before.
    pub corrected: i64,
    /// When it was done.
    pub finished_at: Option<Timestamp>,
}

impl Rebuild {
    /// Of a log whose events were sent between these times. `oldest` is the number of the oldest and when it came, which
    /// tells how much of the past is missing.
    #[must_use]
    pub fn plan(
        now: Timestamp,
        sent: Option<(Timestamp, Timestamp)>,
        oldest: Option<(i64, Timestamp)>,
    ) -> Self {
        let mut rebuild = Self {
            requested_at: now,
            from: now,
            until: now,
            next: None,
            corrected: 0,
            finished_at: Some(now),
        };
        let (Some((first, last)), Some((number, came_at))) = (sent, oldest) else {
            return rebuild;
        };
        rebuild.until = last.clamp(now, now + AHEAD);
        rebuild.from = match number {
            // Nothing has been forgotten, so whole months are there.
            ..=1 => Grain::Month.start(Grain::Week.start(first)),
            _ => Grain::Day.next(came_at + AHEAD),
        };
        rebuild.next = rebuild.first_of(&GRAINS);
        if rebuild.next.is_some() {
            rebuild.finished_at = None;
        }
        rebuild
    }

    /// Whether there is something left to do.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.next.is_some()
    }

    /// Notes that the next window has been counted.
    pub fn advance(&mut self, corrected: i64, now: Timestamp) {
        self.corrected = self.corrected.saturating_add(corrected);
        let Some(done) = self.next else {
            return;
        };
        let before = done.before();
        self.next = if before.start >= self.from && before.start < done.start {
            Some(before)
        } else {
            let place = GRAINS.iter().position(|grain| *grain == done.grain);
            let finer = place.map_or(&[][..], |place| &GRAINS[place + 1..]);
            self.first_of(finer)
        };
        if self.next.is_none() {
            self.finished_at = Some(now);
        }
    }

    fn first_of(&self, grains: &[Grain]) -> Option<Window> {
        let window = |grain: &Grain| Window {
            grain: *grain,
            start: grain.start(self.until),
        };
        let mut windows = grains.iter().map(window);
        windows.find(|window| window.start >= self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("{text}T12:00:00Z").parse().unwrap()
    }

    fn windows(mut rebuild: Rebuild) -> Vec<String> {
        let mut windows = Vec::new();
        while let Some(Window { grain, start }) = rebuild.next {
            windows.push(format!("{} {}", grain.name(), &start.to_string()[5..10]));
            rebuild.advance(1, at("2026-01-09"));
        }
        assert_eq!(rebuild.corrected, windows.len() as i64);
        assert_eq!(rebuild.finished_at, Some(at("2026-01-09")));
        windows
    }

    #[test]
    fn all_of_a_whole_log_is_counted_the_latest_days_first() {
        let sent = Some((at("2025-12-30"), at("2026-01-02")));
        let rebuild = Rebuild::plan(at("2026-01-02"), sent, Some((1, at("2026-01-01"))));
        let windows = windows(rebuild);
        assert_eq!(windows[..3], ["day 01-02", "day 01-01", "day 12-31"]);
        assert!(windows.contains(&"week 12-29".to_owned()));
        assert_eq!(windows.last().unwrap(), "month 12-01");
    }

    #[test]
    fn of_a_log_that_has_been_cut_only_what_is_whole_is_counted() {
        let sent = Some((at("2025-12-01"), at("2026-01-08")));
        let rebuild = Rebuild::plan(at("2026-01-08"), sent, Some((7, at("2026-01-03"))));
        // What came at noon of the third may be of the fourth, by a clock that is fast; the fifth is whole.
        let expected = [
            "day 01-08",
            "day 01-07",
            "day 01-06",
            "day 01-05",
            "week 01-05",
        ];
        assert_eq!(windows(rebuild), expected);
    }

    #[test]
    fn of_an_empty_log_there_is_nothing_to_count() {
        let rebuild = Rebuild::plan(at("2026-01-09"), None, None);
        assert!(!rebuild.is_running());
        assert_eq!(windows(rebuild), Vec::<String>::new());
    }
}
