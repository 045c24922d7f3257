//! Lengths of time by which figures are added up; all in UTC.

use shared_events::Timestamp;

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// A minute; kept for a while only.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// All of history.
    Ever,
}

impl Grain {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Minute, Self::Hour, Self::Day, Self::Ever];

    /// What databases call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Ever => "ever",
        }
    }

    /// How long it is; history has no length.
    #[must_use]
    pub const fn micros(self) -> Option<i64> {
        match self {
            Self::Minute => Some(MINUTE),
            Self::Hour => Some(HOUR),
            Self::Day => Some(DAY),
            Self::Ever => None,
        }
    }

    /// When the minute, hour or day of this moment began.
    #[must_use]
    pub fn start(self, at: Timestamp) -> Timestamp {
        match self.micros() {
            Some(micros) => Timestamp::from_micros(at.micros().div_euclid(micros) * micros),
            None => Timestamp::from_micros(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_lies_in_the_bucket_that_began_before_it() {
        let at: Timestamp = "2026-01-05T13:59:59.999999Z".parse().unwrap();
        for (grain, start) in [
            (Grain::Minute, "2026-01-05T13:59:00.000000Z"),
            (Grain::Hour, "2026-01-05T13:00:00.000000Z"),
            (Grain::Day, "2026-01-05T00:00:00.000000Z"),
            (Grain::Ever, "1970-01-01T00:00:00.000000Z"),
        ] {
            assert_eq!(grain.start(at).to_string(), start);
        }
        let before_1970 = Timestamp::from_micros(-1);
        let day = Grain::Day.start(before_1970);
        assert_eq!(day.to_string(), "1969-12-31T00:00:00.000000Z");
    }
}
