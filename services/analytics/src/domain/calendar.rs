//! Time as clocks on walls show it: time zones, and a stretch of time cut into the hours, days, weeks or months of one.
//!
//! Figures are kept in UTC. A local bucket is put together from the largest UTC buckets that fit into it and smaller ones at
//! its ends, down to quarters of an hour, of which every offset is a number: a day in Kolkata is 23 hours and four quarters.

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use shared_events::Timestamp;

use super::figures::Figures;
use super::grain::Grain;
use super::period::{MOST_BUCKETS, Refusal};

/// The most UTC buckets that are read for one answer: a year of days in a zone that has to read them by the hour.
const MOST_READ: i64 = 12_000;

/// A time zone of the IANA database, which is part of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// There is no such zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a time zone of the IANA database like Asia/Kolkata")]
pub struct UnknownZone;

impl Zone {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What a clock there shows, with how far it is from UTC: `2026-01-31T00:00:00+05:30`.
    #[must_use]
    pub fn shows(&self, at: Timestamp) -> String {
        let offset = self.0.to_offset(instant(at));
        let minutes = offset.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
        let local = offset.to_datetime(instant(at));
        let shown = local.strftime("%Y-%m-%dT%H:%M:%S");
        format!("{shown}{sign}{hours:02}:{minutes:02}")
    }

    fn local(&self, at: Timestamp) -> DateTime {
        self.0.to_datetime(instant(at))
    }

    /// The first moment of a day; where clocks skip midnight, the moment to which they skip.
    pub fn midnight(&self, date: Date) -> Option<Timestamp> {
        let midnight = self.0.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
        Some(Grain::Quarter.start(Timestamp::from_micros(midnight.as_microsecond())))
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        let zone = TimeZone::get(name).map_err(|_| UnknownZone)?;
        // Names without a place (what a file calls itself, offsets) are none that could be answered with.
        zone.iana_name().ok_or(UnknownZone)?;
        Ok(Self(zone))
    }
}

/// How long the parts of an answer are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bucket {
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    #[default]
    Day,
    /// A week, from Monday on.
    Week,
    /// A month.
    Month,
}

impl Bucket {
    fn about(self) -> i64 {
        match self {
            Self::Minute => Grain::Minute.about(),
            Self::Hour => Grain::Hour.about(),
            Self::Day => Grain::Day.about(),
            Self::Week => Grain::Week.about(),
            Self::Month => 28 * Grain::Day.about(),
        }
    }

    /// How many there are without being asked for.
    fn usual(self) -> i64 {
        match self {
            Self::Minute => 60,
            Self::Hour => 48,
            Self::Day => 30,
            Self::Week => 12,
            Self::Month => 12,
        }
    }

    /// By what such parts can be read at the finest.
    fn finest(self) -> Grain {
        match self {
            Self::Minute => Grain::Minute,
            Self::Hour | Self::Day | Self::Week | Self::Month => Grain::Quarter,
        }
    }

    fn start(self, zone: &Zone, at: Timestamp) -> Option<Timestamp> {
        let local = zone.local(at);
        match self {
            Self::Minute => Some(Grain::Minute.start(at)),
            Self::Hour => {
                let quarter = Grain::Quarter.start(at).micros();
                let past = i64::from(local.minute()) / 15 * Grain::Quarter.about();
                Some(Timestamp::from_micros(quarter - past))
            }
            Self::Day => zone.midnight(local.date()),
            Self::Week => {
                let days = local.date().weekday().to_monday_zero_offset();
                let monday = local.date().checked_sub(jiff::Span::new().days(days));
                zone.midnight(monday.ok()?)
            }
            Self::Month => zone.midnight(local.date().first_of_month()),
        }
    }

    /// Where the bucket after the one that begins at `start` begins.
    fn next(self, zone: &Zone, start: Timestamp) -> Option<Timestamp> {
        let date = zone.local(start).date();
        let later = |days: i64| date.checked_add(jiff::Span::new().days(days)).ok();
        let next = match self {
            Self::Minute => Grain::Minute.next(start),
            Self::Hour => {
                // Where clocks are moved by half an hour, two hours meet at the full one.
                let next = Timestamp::from_micros(start.micros() + Grain::Hour.about());
                let past = i64::from(zone.local(next).minute()) / 15 * Grain::Quarter.about();
                Timestamp::from_micros(next.micros() - past)
            }
            Self::Day => zone.midnight(later(1)?)?,
            Self::Week => zone.midnight(later(7)?)?,
            Self::Month => zone.midnight(date.last_of_month().tomorrow().ok()?)?,
        };
        (next > start).then_some(next)
    }
}

/// From when until when, in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    bucket: Bucket,
    zone: Zone,
    /// Where its parts begin, and at last where the last of them ends.
    bounds: Vec<Timestamp>,
}

/// A stretch of UTC buckets: which, from when, until when.
type Stretch = (Grain, Timestamp, Timestamp);

/// UTC buckets, as they were read.
pub type Read = BTreeMap<Grain, BTreeMap<Timestamp, Figures>>;

impl Span {
    /// The parts from the one of `from` on that begin before `until`; `until` is now unless given, `from` some parts before.
    ///
    /// # Errors
    /// [`Refusal`], about `from`.
    pub fn new(
        (bucket, zone): (Bucket, Zone),
        from: Option<Timestamp>,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let until = until.unwrap_or(Timestamp::from_micros(now.micros().saturating_add(1)));
        let usual = bucket.about().saturating_mul(bucket.usual() - 1);
        let from = from.unwrap_or(Timestamp::from_micros(
            until.micros().saturating_sub(1).saturating_sub(usual),
        ));
        if from >= until {
            return Err(Refusal::Backwards);
        }
        let too_long = Refusal::TooLong(MOST_BUCKETS);
        if until.micros().saturating_sub(from.micros()) / bucket.about() > MOST_BUCKETS {
            return Err(too_long);
        }
        let mut last = bucket.start(&zone, from).ok_or(too_long)?;
        let mut bounds = vec![last];
        while last < until {
            last = bucket.next(&zone, last).ok_or(too_long)?;
            bounds.push(last);
        }
        if bounds.len() as i64 > MOST_BUCKETS + 1 {
            return Err(too_long);
        }
        let span = Self {
            bucket,
            zone,
            bounds,
        };
        let read: i64 = span
            .stretches()
            .map(|(grain, from, until)| (until.micros() - from.micros()) / grain.about())
            .sum();
        if read > MOST_READ {
            return Err(Refusal::TooFine);
        }
        Ok(span)
    }

    /// The zone of its clocks.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Where it begins.
    #[must_use]
    pub fn from(&self) -> Timestamp {
        self.bounds.first().copied().unwrap_or(Timestamp::MIN)
    }

    /// Where it ends; no longer in it.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.bounds.last().copied().unwrap_or(Timestamp::MIN)
    }

    /// Where its parts begin.
    pub fn starts(&self) -> impl Iterator<Item = Timestamp> {
        let parts = self.bounds.len().saturating_sub(1);
        self.bounds.iter().copied().take(parts)
    }

    /// What is to be read: for each grain few stretches, in order, that do not overlap.
    #[must_use]
    pub fn readings(&self) -> BTreeMap<Grain, Vec<(Timestamp, Timestamp)>> {
        let mut readings: BTreeMap<Grain, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
        for (grain, from, until) in self.stretches() {
            let of_grain = readings.entry(grain).or_default();
            // A few buckets between two stretches are read with them: that costs less than another search.
            match of_grain.last_mut() {
                Some((_, end)) if from.micros() - end.micros() <= 3 * grain.about() => *end = until,
                _ => of_grain.push((from, until)),
            }
        }
        readings
    }

    /// What its parts come to, one after the other.
    #[must_use]
    pub fn add_up(&self, read: &Read) -> Vec<Figures> {
        let part = |bounds: &[Timestamp]| {
            let mut figures = Figures::default();
            for (grain, from, until) in self.stretches_of(bounds) {
                let of_grain = read.get(&grain).into_iter();
                let buckets = of_grain.flat_map(|buckets| buckets.range(from..until));
                buckets.for_each(|(_, bucket)| figures.add_all(bucket));
            }
            figures
        };
        self.bounds.windows(2).map(part).collect()
    }

    fn stretches(&self) -> impl Iterator<Item = Stretch> {
        self.bounds
            .windows(2)
            .flat_map(|bounds| self.stretches_of(bounds))
    }

    fn stretches_of(&self, bounds: &[Timestamp]) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        if let [from, until] = *bounds {
            let coarsest = [Grain::Day, Grain::Hour, Grain::Quarter];
            match self.bucket.finest() {
                Grain::Minute => stretches.push((Grain::Minute, from, until)),
                _ => cut(from, until, &coarsest, &mut stretches),
            }
        }
        stretches
    }
}

/// Cuts a stretch into the largest buckets that fit, in order of time.
fn cut(from: Timestamp, until: Timestamp, grains: &[Grain], stretches: &mut Vec<Stretch>) {
    let Some((&grain, finer)) = grains.split_first() else {
        return;
    };
    if from >= until {
        return;
    }
    let first = if grain.start(from) == from {
        from
    } else {
        grain.next(from)
    };
    let last = grain.start(until);
    if first >= last {
        return cut(from, until, finer, stretches);
    }
    cut(from, first, finer, stretches);
    stretches.push((grain, first, last));
    cut(last, until, finer, stretches);
}

/// When the month of this moment began, in UTC.
pub(super) fn start_of_month(at: Timestamp) -> Timestamp {
    let date = Offset::UTC.to_datetime(instant(at)).date();
    begin(date.first_of_month(), at)
}

/// When the next one begins.
pub(super) fn start_of_next_month(at: Timestamp) -> Timestamp {
    let date = Offset::UTC.to_datetime(instant(at)).date();
    let next = date.last_of_month().tomorrow();
    next.map_or(Timestamp::MAX, |next| begin(next, Timestamp::MAX))
}

fn begin(date: Date, otherwise: Timestamp) -> Timestamp {
    let midnight = Offset::UTC.to_timestamp(date.at(0, 0, 0, 0));
    midnight.map_or(otherwise, |it| Timestamp::from_micros(it.as_microsecond()))
}

/// The last day before the year 10000 counts as the one before: no zone may reach beyond it.
fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(at.micros()).unwrap_or(jiff::Timestamp::MAX)
}

#[cfg(test)]
mod tests;
