//! How a request names the time that it asks about: `?from=&to=&bucket=`. Both ends are a moment (RFC 3339) or a day
//! (`2026-01-31`, its first moment, UTC); `to` is no longer in. Without them: the latest.

use garde::Validate;
use revcart_http_edge::Answer;
use serde::{Deserialize, Deserializer, Serialize, de};
use shared_events::Timestamp;

use crate::domain::grain::Grain;
use crate::domain::period::{MOST_BUCKETS, Period};

/// The most days of which every product is added up at once.
pub(super) const MOST_PRODUCT_DAYS: i64 = 92;
/// The most days in a list of days.
pub(super) const MOST_DAYS: i64 = 366;

/// A moment or a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment(Timestamp);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let moment = text
            .parse()
            .or_else(|_| format!("{text}T00:00:00Z").parse());
        let refused = "must be a day like 2026-01-31 or a moment like 2026-01-31T12:00:00Z";
        moment.map(Self).map_err(|_| de::Error::custom(refused))
    }
}

/// How long the parts of an answer are.
#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Bucket {
    Minute,
    Hour,
    #[default]
    Day,
}

/// A period by minutes, hours or days.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Buckets {
    #[garde(skip)]
    from: Option<Moment>,
    #[garde(skip)]
    to: Option<Moment>,
    #[serde(default)]
    #[garde(skip)]
    pub(super) bucket: Bucket,
}

impl Buckets {
    pub(super) fn period(&self, now: Timestamp) -> Answer<Period> {
        let grain = match self.bucket {
            Bucket::Minute => Grain::Minute,
            Bucket::Hour => Grain::Hour,
            Bucket::Day => Grain::Day,
        };
        period(grain, self.from, self.to, now, MOST_BUCKETS)
    }
}

/// A period by days.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Days {
    #[garde(skip)]
    from: Option<Moment>,
    #[garde(skip)]
    to: Option<Moment>,
}

impl Days {
    pub(super) fn period(&self, now: Timestamp) -> Answer<Period> {
        days(self.from, self.to, now, MOST_DAYS)
    }
}

/// The period of a request that asks for more than days.
pub(super) fn days(
    from: Option<Moment>,
    to: Option<Moment>,
    now: Timestamp,
    most: i64,
) -> Answer<Period> {
    period(Grain::Day, from, to, now, most)
}

fn period(
    grain: Grain,
    from: Option<Moment>,
    to: Option<Moment>,
    now: Timestamp,
    most: i64,
) -> Answer<Period> {
    let (from, to) = (from.map(|it| it.0), to.map(|it| it.0));
    Ok(Period::new(grain, from, to, now, most)?)
}

/// The period that an answer is about, as it was understood.
#[derive(Debug, Serialize)]
pub(super) struct Asked {
    from: Timestamp,
    to: Timestamp,
}

impl From<Period> for Asked {
    fn from(period: Period) -> Self {
        Self {
            from: period.from(),
            to: period.until(),
        }
    }
}
