//! A moment, counted in microseconds since 1970 (UTC): a plain number in databases, RFC 3339 on the wire.
//!
//! Nothing here asks what time it is; the clock is the runtime's.

use std::{borrow::Cow, fmt, ops, str::FromStr, time::Duration};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::{
    Date, Month, OffsetDateTime, Time, UtcDateTime, format_description::well_known::Rfc3339,
};

/// The text is not a time as RFC 3339 writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time is written like 2026-01-31T12:00:00.000000Z (RFC 3339)")]
pub struct Error;

/// A moment, precise to the microsecond, between the years 1 and 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const TEXT_LENGTH: usize = "2026-01-31T12:00:00.000000Z".len();

impl Timestamp {
    /// The first moment of the year 1.
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// The last microsecond of the year 9999.
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// So many microseconds after 1970-01-01T00:00:00Z; beyond [`MIN`](Self::MIN) and [`MAX`](Self::MAX) those.
    pub const fn from_micros(micros: i64) -> Self {
        if micros < Self::MIN.0 {
            Self::MIN
        } else if micros > Self::MAX.0 {
            Self::MAX
        } else {
            Self(micros)
        }
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// So much earlier.
    pub fn before(self, duration: Duration) -> Self {
        Self::from_micros(self.0.saturating_sub(whole_micros(duration)))
    }

    /// The same moment as a calendar knows it.
    pub fn to_utc(self) -> UtcDateTime {
        UtcDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .expect("MIN and MAX lie within the calendar")
    }

    fn text(self) -> [u8; TEXT_LENGTH] {
        let utc = self.to_utc();
        let (year, month, day) = utc.to_calendar_date();
        let (hour, minute, second, micro) = utc.as_hms_micro();
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        put(&mut text[0..4], year.unsigned_abs());
        put(&mut text[5..7], u32::from(u8::from(month)));
        put(&mut text[8..10], u32::from(day));
        put(&mut text[11..13], u32::from(hour));
        put(&mut text[14..16], u32::from(minute));
        put(&mut text[17..19], u32::from(second));
        put(&mut text[20..26], micro);
        text
    }
}

/// Writes the number with leading zeros over the whole of `digits`.
fn put(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

fn whole_micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self::from_micros(self.0.saturating_add(whole_micros(duration)))
    }
}

impl ops::Sub for Timestamp {
    type Output = Duration;

    /// How long after `earlier` this is; nothing if it is not after it.
    fn sub(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match own_form(text.as_bytes()) {
            Some(timestamp) => Ok(timestamp),
            None => any_form(text),
        }
    }
}

/// The form that we write ourselves, by far the most frequent.
fn own_form(text: &[u8]) -> Option<Timestamp> {
    let text: &[u8; TEXT_LENGTH] = text.try_into().ok()?;
    let marks = [
        text[4], text[7], text[10], text[13], text[16], text[19], text[26],
    ];
    if &marks != b"--T::.Z" {
        return None;
    }
    let month = Month::try_from(number(&text[5..7])? as u8).ok()?;
    let day = number(&text[8..10])? as u8;
    let date = Date::from_calendar_date(number(&text[0..4])? as i32, month, day).ok()?;
    let time = Time::from_hms_micro(
        number(&text[11..13])? as u8,
        number(&text[14..16])? as u8,
        number(&text[17..19])? as u8,
        number(&text[20..26])?,
    )
    .ok()?;
    from_nanos(UtcDateTime::new(date, time).unix_timestamp_nanos())
}

/// Whatever RFC 3339 allows: other offsets, fewer or more digits (those beyond microseconds are cut off).
fn any_form(text: &str) -> Result<Timestamp, Error> {
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .and_then(|moment| from_nanos(moment.unix_timestamp_nanos()))
        .ok_or(Error)
}

fn from_nanos(nanos: i128) -> Option<Timestamp> {
    i64::try_from(nanos.div_euclid(1_000))
        .ok()
        .map(Timestamp::from_micros)
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u32::from(digit - b'0'))
    })
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(&self.text()).expect("made of ASCII digits"))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(&self.text()).expect("made of ASCII digits"))
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
        let text = Text::deserialize(deserializer)?;
        text.0.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Timestamp {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_wire_form_has_six_digits_and_a_z() {
        assert_eq!(
            Timestamp::from_micros(0).to_string(),
            "1970-01-01T00:00:00.000000Z"
        );
        let text = "2026-01-31T12:34:56.000789Z";
        assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
    }

    #[test]
    fn other_forms_of_rfc_3339_are_read_too() {
        let expected: Timestamp = "2026-01-31T12:00:00.500000Z".parse().unwrap();
        for other in [
            "2026-01-31T12:00:00.5Z",
            "2026-01-31T17:30:00.500+05:30",
            "2026-01-31T12:00:00.500000999Z",
        ] {
            assert_eq!(other.parse(), Ok(expected), "{other}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in [
            "",
            "now",
            "2026-13-01T00:00:00.000000Z",
            "2026-02-30T00:00:00.000000Z",
            "2026-01-01",
            "1769860800",
        ] {
            assert_eq!(bad.parse::<Timestamp>(), Err(Error), "{bad}");
        }
    }

    #[test]
    fn arithmetic_stays_within_the_calendar() {
        assert_eq!(Timestamp::MAX + Duration::MAX, Timestamp::MAX);
        assert_eq!(Timestamp::MIN.before(Duration::MAX), Timestamp::MIN);
        assert_eq!(
            Timestamp::from_micros(1) - Timestamp::from_micros(2),
            Duration::ZERO
        );
        assert_eq!(Timestamp::MIN.to_string(), "0001-01-01T00:00:00.000000Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59.999999Z");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(micros in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let timestamp = Timestamp::from_micros(micros);
            let json = serde_json::to_string(&timestamp).unwrap();
            prop_assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), timestamp);
            prop_assert_eq!(any_form(&timestamp.to_string()), Ok(timestamp));
        }

        #[test]
        fn the_text_sorts_as_the_time_does(a in 0..Timestamp::MAX.0, b in 0..Timestamp::MAX.0) {
            let (a, b) = (Timestamp::from_micros(a), Timestamp::from_micros(b));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }
    }
}
