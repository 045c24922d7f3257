//! A stretch of time that somebody asks for, cut into buckets.

use std::time::Duration;

use shared_events::Timestamp;

use super::grain::Grain;

/// The most buckets in one answer: a day of minutes, two months of hours, four years of days.
pub const MOST_BUCKETS: i64 = 1_500;

/// From when (included) until when (excluded), by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    grain: Grain,
    from: Timestamp,
    until: Timestamp,
}

/// Why there is no such period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It ends before it begins.
    #[error("must be before the end of the period")]
    Backwards,
    /// It has more buckets than anybody could look at.
    #[error("must be later: an answer has at most {0} buckets")]
    TooLong(i64),
    /// It would be added up from more parts than anybody waits for.
    #[error(
        "must be later: days of this time zone are added up from hours, at most a year of them"
    )]
    TooFine,
}

impl Period {
    /// The buckets from the one of `from` on that begin before `until`; `until` is now unless given, `from` some buckets before.
    ///
    /// # Errors
    /// [`Refusal`], about `from`.
    pub fn new(
        grain: Grain,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
        now: Timestamp,
        most: i64,
    ) -> Result<Self, Refusal> {
        // A moment later than now, so that the bucket that begins now is in.
        let until = until.unwrap_or(now + Duration::from_micros(1));
        let from = from.unwrap_or_else(|| usual(grain, until, most));
        if from >= until {
            return Err(Refusal::Backwards);
        }
        if (until.micros().saturating_sub(from.micros())) / grain.about() > most {
            return Err(Refusal::TooLong(most));
        }
        let period = Self {
            grain,
            from: grain.start(from),
            until,
        };
        if period.starts().count() as i64 > most {
            return Err(Refusal::TooLong(most));
        }
        Ok(period)
    }

    /// The last `buckets` up to now, the one that is not over included.
    #[must_use]
    pub fn last(grain: Grain, buckets: i64, now: Timestamp) -> Self {
        Self {
            grain,
            from: grain.start(back(grain, now, buckets - 1)),
            until: now + Duration::from_micros(1),
        }
    }

    /// How long its buckets are.
    #[must_use]
    pub fn grain(&self) -> Grain {
        self.grain
    }

    /// Its beginning, which is the beginning of its first bucket.
    #[must_use]
    pub fn from(&self) -> Timestamp {
        self.from
    }

    /// Its end, which is no longer in it.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// The beginnings of its buckets.
    pub fn starts(&self) -> impl Iterator<Item = Timestamp> {
        let (grain, until) = (self.grain, self.until);
        let next = move |start: &Timestamp| Some(grain.next(*start)).filter(|next| next > start);
        std::iter::successors(Some(self.from), next).take_while(move |start| *start < until)
    }
}

/// Where a period begins that is not told to: an hour of minutes, two days of hours, thirty days.
fn usual(grain: Grain, until: Timestamp, most: i64) -> Timestamp {
    let buckets = match grain {
        Grain::Minute => 60,
        Grain::Quarter => 96,
        Grain::Hour => 48,
        Grain::Day | Grain::Ever => 30,
        Grain::Week | Grain::Month => 12,
    };
    let last = Timestamp::from_micros(until.micros().saturating_sub(1));
    back(grain, last, most.min(buckets) - 1)
}

fn back(grain: Grain, at: Timestamp, buckets: i64) -> Timestamp {
    let length = grain.about().saturating_mul(buckets);
    Timestamp::from_micros(at.micros().saturating_sub(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn starts(period: Result<Period, Refusal>) -> Vec<String> {
        let period = period.unwrap();
        period
            .starts()
            .map(|start| start.to_string()[..16].to_owned())
            .collect()
    }

    #[test]
    fn a_period_has_every_bucket_that_it_touches() {
        let now = at("2026-01-05T12:00:00Z");
        let period =
            |from, until| Period::new(Grain::Day, Some(at(from)), Some(at(until)), now, 100);
        let touched = starts(period(
            "2026-01-01T23:59:00Z",
            "2026-01-03T00:00:00.000001Z",
        ));
        let days = ["2026-01-01T00:00", "2026-01-02T00:00", "2026-01-03T00:00"];
        assert_eq!(touched, days);
        let whole = starts(period("2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z"));
        assert_eq!(whole, days[..2]);
    }

    #[test]
    fn without_bounds_it_ends_with_the_bucket_of_now() {
        let now = at("2026-01-05T12:00:00Z");
        let minutes = starts(Period::new(Grain::Minute, None, None, now, 1_000));
        assert_eq!(minutes.len(), 60);
        assert_eq!(minutes.first().unwrap(), "2026-01-05T11:01");
        assert_eq!(minutes.last().unwrap(), "2026-01-05T12:00");
        let days = starts(Ok(Period::last(Grain::Day, 2, now)));
        assert_eq!(days, ["2026-01-04T00:00", "2026-01-05T00:00"]);
    }

    #[test]
    fn what_is_backwards_or_too_long_is_refused() {
        let now = at("2026-01-05T12:00:00Z");
        let period = |from: Timestamp, until| Period::new(Grain::Day, Some(from), until, now, 3);
        assert_eq!(period(now, Some(now)), Err(Refusal::Backwards));
        assert_eq!(
            period(now + Duration::from_secs(9), None),
            Err(Refusal::Backwards)
        );
        let long_ago = at("2026-01-02T23:59:59Z");
        assert_eq!(period(long_ago, None), Err(Refusal::TooLong(3)));
        let far = period(Timestamp::MIN, Some(Timestamp::MAX));
        assert_eq!(far, Err(Refusal::TooLong(3)));
        assert!(period(at("2026-01-03T00:00:00Z"), None).is_ok());
    }

    #[test]
    fn weeks_and_months_follow_one_another() {
        let now = at("2026-01-05T12:00:00Z");
        let from = Some(at("2025-11-30T00:00:00Z"));
        let months = starts(Period::new(Grain::Month, from, None, now, 100));
        let expected = ["2025-11-01T00:00", "2025-12-01T00:00", "2026-01-01T00:00"];
        assert_eq!(months, expected);
        let weeks = starts(Period::new(Grain::Week, None, None, now, 100));
        assert_eq!(weeks.len(), 12);
        assert_eq!(weeks.last().unwrap(), "2026-01-05T00:00");
        let months = starts(Period::new(Grain::Month, None, None, now, 100));
        assert_eq!(months.last().unwrap(), "2026-01-01T00:00");
    }
}
