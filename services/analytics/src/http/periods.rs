//! How a request names the time that it asks about: `?from=&to=&bucket=&timeZone=`. Both ends are a moment (RFC 3339) or a day
//! (`2026-01-31`, its first moment there); `to` is no longer in. Without them: the latest.

use garde::Validate;
use jiff::civil::Date;
use revcart_http_edge::{Answer, Problem};
use serde::{Deserialize, Deserializer, Serialize, de};
use shared_events::Timestamp;
use utoipa::{IntoParams, ToSchema};

use crate::domain::calendar::{self, Span, Zone};
use crate::domain::grain::Grain;
use crate::domain::period::{MOST_BUCKETS, Period};

/// The most days of which every product is added up at once.
pub(super) const MOST_PRODUCT_DAYS: i64 = 92;
/// The most days in a list of days.
pub(super) const MOST_DAYS: i64 = 366;

/// A moment or a day.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    At(Timestamp),
    Day(Timestamp, Date),
}

impl Moment {
    /// In UTC.
    fn utc(self) -> Timestamp {
        match self {
            Self::At(at) | Self::Day(at, _) => at,
        }
    }

    /// Where clocks are of this zone.
    fn in_zone(self, zone: &Zone, field: &'static str) -> Answer<Timestamp> {
        match self {
            Self::At(at) => Ok(at),
            Self::Day(_, date) => zone
                .midnight(date)
                .ok_or_else(|| Problem::invalid(field, "must be a day that there is everywhere")),
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        let midnight = format!("{text}T00:00:00Z").parse();
        let date = Date::strptime("%Y-%m-%d", &text);
        match (midnight, date) {
            (Ok(midnight), Ok(date)) => Ok(Self::Day(midnight, date)),
            _ => Err(de::Error::custom(
                "must be a day like 2026-01-31 or a moment like 2026-01-31T12:00:00Z",
            )),
        }
    }
}

/// A time zone by its name.
#[derive(Debug, Clone, Default)]
pub(super) struct InZone(pub(super) Zone);

impl<'de> Deserialize<'de> for InZone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map(Self).map_err(de::Error::custom)
    }
}

/// How long the parts of an answer are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum Bucket {
    Minute,
    Hour,
    #[default]
    Day,
    Week,
    Month,
}

/// A period in parts as clocks of a time zone show them.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Buckets {
    /// A day or a moment; the part that it lies in is the first.
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "2026-01-01")]
    from: Option<Moment>,
    /// A day or a moment; parts that begin then or later are not in.
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "2026-02-01")]
    to: Option<Moment>,
    /// How long the parts are.
    #[serde(default)]
    #[garde(skip)]
    #[param(inline)]
    pub(super) bucket: Bucket,
    /// A zone of the IANA database; days begin at midnight there.
    #[serde(default)]
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "Asia/Kolkata")]
    time_zone: InZone,
}

impl Buckets {
    pub(super) fn span(&self, now: Timestamp) -> Answer<Span> {
        let bucket = match self.bucket {
            Bucket::Minute => calendar::Bucket::Minute,
            Bucket::Hour => calendar::Bucket::Hour,
            Bucket::Day => calendar::Bucket::Day,
            Bucket::Week => calendar::Bucket::Week,
            Bucket::Month => calendar::Bucket::Month,
        };
        span(bucket, &self.time_zone, (self.from, self.to), now)
    }
}

/// The span of a request that asks for more than parts.
pub(super) fn span(
    bucket: calendar::Bucket,
    InZone(zone): &InZone,
    (from, to): (Option<Moment>, Option<Moment>),
    now: Timestamp,
) -> Answer<Span> {
    let from = from.map(|it| it.in_zone(zone, "from")).transpose()?;
    let to = to.map(|it| it.in_zone(zone, "to")).transpose()?;
    Ok(Span::new((bucket, zone.clone()), from, to, now)?)
}

/// How long the parts are in which people are counted, each once.
#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum PeopleBucket {
    #[default]
    Day,
    Week,
    Month,
}

/// A period in which people are counted, each once a day, week or month of UTC.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PeopleBuckets {
    /// A day or a moment; the part that it lies in is the first.
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "2026-01-01")]
    from: Option<Moment>,
    /// A day or a moment; parts that begin then or later are not in.
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "2026-02-01")]
    to: Option<Moment>,
    /// How long the parts are, from midnight UTC, Monday or the first on.
    #[serde(default)]
    #[garde(skip)]
    #[param(inline)]
    pub(super) bucket: PeopleBucket,
}

impl PeopleBuckets {
    pub(super) fn period(&self, now: Timestamp) -> Answer<Period> {
        let grain = match self.bucket {
            PeopleBucket::Day => Grain::Day,
            PeopleBucket::Week => Grain::Week,
            PeopleBucket::Month => Grain::Month,
        };
        period(grain, (self.from, self.to), now, MOST_DAYS)
    }
}

/// A period by days.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Days {
    /// A day or a moment; its day is the first.
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "2026-01-01")]
    from: Option<Moment>,
    /// A day or a moment; days that begin then or later are not in.
    #[garde(skip)]
    #[param(value_type = Option<String>, example = "2026-02-01")]
    to: Option<Moment>,
}

impl Days {
    pub(super) fn period(&self, now: Timestamp) -> Answer<Period> {
        period(Grain::Day, (self.from, self.to), now, MOST_DAYS)
    }
}

/// The period of a request that asks for more than parts.
pub(super) fn period(
    grain: Grain,
    (from, to): (Option<Moment>, Option<Moment>),
    now: Timestamp,
    most: i64,
) -> Answer<Period> {
    let (from, to) = (from.map(Moment::utc), to.map(Moment::utc));
    Ok(Period::new(grain, from, to, now, most.min(MOST_BUCKETS))?)
}

/// The period that an answer is about, as it was understood.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnalyticsPeriod)]
pub(super) struct Asked {
    from: Timestamp,
    to: Timestamp,
}

impl Asked {
    pub(super) fn begins(&self) -> Timestamp {
        self.from
    }
}

impl From<Period> for Asked {
    fn from(period: Period) -> Self {
        Self {
            from: period.from(),
            to: period.until(),
        }
    }
}

impl From<&Span> for Asked {
    fn from(span: &Span) -> Self {
        Self {
            from: span.from(),
            to: span.until(),
        }
    }
}
