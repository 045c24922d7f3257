//! When agents work: shifts of certain weekdays or of one date, in the local time of the service.
//!
//! An agent with a plan works within the shifts of the plan; one without works whenever they are on duty. The shifts of a date
//! take the place of the weekly ones that begin on it, and a date without hours is a day off. A shift whose end is not after its
//! beginning ends on the next day.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use shared_events::Timestamp;
use time::macros::format_description;
use time::{Date, OffsetDateTime, UtcOffset};
use utoipa::ToSchema;

/// What is no part of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is no date.
    #[error("a date is written like 2026-12-31")]
    Day,
    /// The text is no time of day.
    #[error("a time of day is written like 09:30, from 00:00 to 23:59")]
    Minute,
    /// The text is no distance from UTC.
    #[error("an offset is written like +05:30, from -18:00 to +18:00")]
    Offset,
    /// A shift is of weekdays and of a date, or of neither.
    #[error("a shift has either days or a date")]
    When,
    /// A shift begins and never ends, or the other way round.
    #[error("a shift has a start and an end; only a date may have neither, and is a day off then")]
    Hours,
}

/// A day of the week.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "they say what they are")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// A date of the calendar: `2026-12-31`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = Date)]
pub struct Day(Date);

/// A time of day to the minute: `09:30`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
pub struct Minute(u16);

/// How far local time is ahead of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset(UtcOffset);

/// A shift, on each of some weekdays or on one date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Shift {
    on: On,
    hours: Option<Hours>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum On {
    Weekdays(Vec<Weekday>),
    Date(Day),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hours {
    start: Minute,
    end: Minute,
}

/// A shift as it is written: on `days` of the week, or on a `date`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(example = json!({"days": ["MON", "TUE"], "start": "09:00", "end": "17:30"}))]
pub struct Written {
    /// The days of the week; not together with a date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<Weekday>,
    /// The date. Without start and end it is a day off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
    /// When it begins, in local time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Minute>,
    /// When it ends; on the next day, if that is not after its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Minute>,
}

/// A moment by the clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    date: Date,
    minute: u32,
}

const MINUTES_OF_A_DAY: u32 = 24 * 60;

/// Whether somebody with this plan works now. Without a plan they always do.
#[must_use]
pub fn works(plan: &[Shift], now: LocalTime) -> bool {
    let yesterday = now.date.previous_day();
    plan.is_empty()
        || begun_on(plan, now.date, now.minute)
        || yesterday.is_some_and(|date| begun_on(plan, date, now.minute + MINUTES_OF_A_DAY))
}

/// Whether a shift that begins on this date goes on so many minutes after the date has begun.
fn begun_on(plan: &[Shift], date: Date, minute: u32) -> bool {
    let of_date = |shift: &&Shift| matches!(shift.on, On::Date(day) if day.0 == date);
    let covers = |shift: &Shift| shift.hours.is_some_and(|hours| hours.cover(minute));
    if plan.iter().any(|shift| of_date(&shift)) {
        return plan.iter().filter(of_date).any(covers);
    }
    let weekday = Weekday::of(date);
    let of_weekday =
        |shift: &&Shift| matches!(&shift.on, On::Weekdays(days) if days.contains(&weekday));
    plan.iter().filter(of_weekday).any(covers)
}

impl Hours {
    fn cover(self, minute: u32) -> bool {
        let (start, end) = (u32::from(self.start.0), u32::from(self.end.0));
        let end = if end > start {
            end
        } else {
            end + MINUTES_OF_A_DAY
        };
        (start..end).contains(&minute)
    }
}

impl Weekday {
    fn of(date: Date) -> Self {
        match date.weekday() {
            time::Weekday::Monday => Self::Mon,
            time::Weekday::Tuesday => Self::Tue,
            time::Weekday::Wednesday => Self::Wed,
            time::Weekday::Thursday => Self::Thu,
            time::Weekday::Friday => Self::Fri,
            time::Weekday::Saturday => Self::Sat,
            time::Weekday::Sunday => Self::Sun,
        }
    }
}

impl Offset {
    /// What the clock on the wall shows.
    #[must_use]
    pub fn local(self, at: Timestamp) -> LocalTime {
        let local = OffsetDateTime::from(at.to_utc()).checked_to_offset(self.0);
        let local = local.unwrap_or_else(|| at.to_utc().into());
        LocalTime {
            date: local.date(),
            minute: u32::from(local.hour()) * 60 + u32::from(local.minute()),
        }
    }
}

impl TryFrom<Written> for Shift {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self, Error> {
        let on = match (written.days, written.date) {
            (days, None) if !days.is_empty() => On::Weekdays(days),
            (days, Some(date)) if days.is_empty() => On::Date(date),
            (_, None | Some(_)) => return Err(Error::When),
        };
        let hours = match (written.start, written.end, &on) {
            (Some(start), Some(end), _) => Some(Hours { start, end }),
            (None, None, On::Date(_)) => None,
            _ => return Err(Error::Hours),
        };
        Ok(Self { on, hours })
    }
}

impl From<Shift> for Written {
    fn from(shift: Shift) -> Self {
        let (days, date) = match shift.on {
            On::Weekdays(days) => (days, None),
            On::Date(date) => (vec![], Some(date)),
        };
        Self {
            days,
            date,
            start: shift.hours.map(|hours| hours.start),
            end: shift.hours.map(|hours| hours.end),
        }
    }
}

impl FromStr for Day {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let date = Date::parse(text, format_description!("[year]-[month]-[day]"));
        // A sign or a fifth digit before the year is no way to write a date here.
        let date = date.ok().filter(|_| text.len() == 10);
        date.map(Self).ok_or(Error::Day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.to_calendar_date();
        write!(f, "{year:04}-{:02}-{day:02}", u8::from(month))
    }
}

impl FromStr for Minute {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (hour, minute) = text.split_once(':').ok_or(Error::Minute)?;
        let part = |text: &str, below: u16| {
            let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = text.parse::<u16>().ok().filter(|_| is_number);
            number.filter(|number| *number < below).ok_or(Error::Minute)
        };
        Ok(Self(part(hour, 24)? * 60 + part(minute, 60)?))
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for Offset {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let format = format_description!("[offset_hour sign:mandatory]:[offset_minute]");
        let offset = UtcOffset::parse(text, format).map_err(|_| Error::Offset)?;
        let within = offset.whole_hours().abs() <= 18;
        Some(Self(offset)).filter(|_| within).ok_or(Error::Offset)
    }
}

macro_rules! as_text {
    ($($name:ident)*) => {
        $(
            impl TryFrom<String> for $name {
                type Error = Error;

                fn try_from(text: String) -> Result<Self, Error> {
                    text.parse()
                }
            }

            impl From<$name> for String {
                fn from(value: $name) -> Self {
                    value.to_string()
                }
            }
        )*
    };
}

as_text! { Day Minute }

#[cfg(test)]
mod tests;
