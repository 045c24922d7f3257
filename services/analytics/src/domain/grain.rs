//! Lengths of time by which figures are added up; all in UTC.

use shared_events::Timestamp;

use super::calendar;

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;
/// The first Monday after 1970 began on a Thursday.
const A_MONDAY: i64 = 4 * DAY;

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// A minute; kept for a while only.
    Minute,
    /// A quarter of an hour: every offset of a time zone is a number of these.
    Quarter,
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week, from Monday on.
    Week,
    /// A month.
    Month,
    /// All of history.
    Ever,
}

impl Grain {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Minute,
        Self::Quarter,
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Ever,
    ];

    /// By which things are added up that count every time; weeks and months are made of days.
    pub const OF_SUMS: [Self; 5] = [
        Self::Minute,
        Self::Quarter,
        Self::Hour,
        Self::Day,
        Self::Ever,
    ];

    /// By which people are counted, each once: who came on two days is one of that week.
    pub const OF_PEOPLE: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// What databases call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Quarter => "quarter",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Ever => "ever",
        }
    }

    /// The grain of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grain| grain.name() == name)
    }

    /// How long it is; months differ, and history has no length.
    #[must_use]
    pub const fn micros(self) -> Option<i64> {
        match self {
            Self::Minute => Some(MINUTE),
            Self::Quarter => Some(15 * MINUTE),
            Self::Hour => Some(HOUR),
            Self::Day => Some(DAY),
            Self::Week => Some(WEEK),
            Self::Month | Self::Ever => None,
        }
    }

    /// How long it is, more or less.
    #[must_use]
    pub const fn about(self) -> i64 {
        match self.micros() {
            Some(micros) => micros,
            None => 30 * DAY,
        }
    }

    /// When the bucket of this moment began.
    #[must_use]
    pub fn start(self, at: Timestamp) -> Timestamp {
        let first = match self {
            Self::Week => A_MONDAY,
            Self::Minute | Self::Quarter | Self::Hour | Self::Day => 0,
            Self::Month => return calendar::start_of_month(at),
            Self::Ever => return Timestamp::from_micros(0),
        };
        let length = self.about();
        let since = at.micros().saturating_sub(first).div_euclid(length);
        Timestamp::from_micros(since * length + first)
    }

    /// When the bucket after the one of this moment begins.
    #[must_use]
    pub fn next(self, at: Timestamp) -> Timestamp {
        match self {
            Self::Month => calendar::start_of_next_month(at),
            Self::Ever => Timestamp::MAX,
            Self::Minute | Self::Quarter | Self::Hour | Self::Day | Self::Week => {
                let start = self.start(at).micros();
                Timestamp::from_micros(start.saturating_add(self.about()))
            }
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
            (Grain::Quarter, "2026-01-05T13:45:00.000000Z"),
            (Grain::Hour, "2026-01-05T13:00:00.000000Z"),
            (Grain::Day, "2026-01-05T00:00:00.000000Z"),
            (Grain::Week, "2026-01-05T00:00:00.000000Z"),
            (Grain::Month, "2026-01-01T00:00:00.000000Z"),
            (Grain::Ever, "1970-01-01T00:00:00.000000Z"),
        ] {
            assert_eq!(grain.start(at).to_string(), start);
        }
        let before_1970 = Timestamp::from_micros(-1);
        let day = Grain::Day.start(before_1970);
        assert_eq!(day.to_string(), "1969-12-31T00:00:00.000000Z");
    }

    #[test]
    fn every_bucket_begins_where_the_one_before_ends() {
        let at: Timestamp = "2024-02-29T23:59:59.999999Z".parse().unwrap();
        for (grain, next) in [
            (Grain::Minute, "2024-03-01T00:00:00.000000Z"),
            (Grain::Week, "2024-03-04T00:00:00.000000Z"),
            (Grain::Month, "2024-03-01T00:00:00.000000Z"),
        ] {
            assert_eq!(grain.next(at).to_string(), next);
            assert_eq!(grain.start(grain.next(at)), grain.next(at));
        }
    }

    #[test]
    fn every_grain_is_found_by_its_name() {
        for grain in Grain::ALL {
            assert_eq!(Grain::find(grain.name()), Some(grain));
        }
        assert_eq!(Grain::find("age"), None);
    }
}
