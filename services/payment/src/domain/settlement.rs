//! What a day has brought in and what has gone back: pure.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use shared_events::money::Error as TooMuch;
use shared_events::{Currency, Money, PaymentMethod, Timestamp};
use time::{Date, Month, UtcDateTime, UtcOffset};
use utoipa::ToSchema;

/// The widest that any place is ahead of UTC or behind.
const WIDEST: i32 = 14 * 3600;
const SECONDS_OF_A_DAY: u64 = 86_400;

/// A field that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    /// Which.
    pub field: &'static str,
    /// What it should be.
    pub message: &'static str,
}

/// A day somewhere: from midnight to midnight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    date: Date,
    offset: UtcOffset,
}

impl Day {
    /// From `2026-01-31` and `Z` or `+05:30`.
    ///
    /// # Errors
    /// Naming what cannot be read.
    pub fn parse(date: &str, zone: &str) -> Result<Self, Wrong> {
        let date = parse_date(date).ok_or(Wrong {
            field: "date",
            message: "must be a day like 2026-01-31",
        })?;
        let offset = parse_zone(zone).ok_or(Wrong {
            field: "tz",
            message: "must be Z or the time ahead of UTC, like +05:30",
        })?;
        Ok(Self { date, offset })
    }

    /// When it begins.
    #[must_use]
    pub fn from(&self) -> Timestamp {
        let midnight = UtcDateTime::new(self.date, time::Time::MIDNIGHT).unix_timestamp();
        let midnight = midnight - i64::from(self.offset.whole_seconds());
        Timestamp::from_micros(midnight.saturating_mul(1_000_000))
    }

    /// When the next one begins.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.from() + Duration::from_secs(SECONDS_OF_A_DAY)
    }

    fn date(&self) -> String {
        let (year, month, day) = self.date.to_calendar_date();
        format!("{year:04}-{:02}-{day:02}", u8::from(month))
    }

    fn zone(&self) -> String {
        let (hours, minutes, _) = self.offset.as_hms();
        if self.offset.is_utc() {
            return "Z".to_owned();
        }
        let sign = if self.offset.is_negative() { '-' } else { '+' };
        let (hours, minutes) = (hours.unsigned_abs(), minutes.unsigned_abs());
        format!("{sign}{hours:02}:{minutes:02}")
    }
}

fn parse_date(text: &str) -> Option<Date> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let day = u8::try_from(day).ok().filter(|_| rest.is_empty())?;
    Date::from_calendar_date(year, month, day).ok()
}

fn parse_zone(text: &str) -> Option<UtcOffset> {
    if text == "Z" {
        return Some(UtcOffset::UTC);
    }
    // A plus that nobody has encoded arrives as a space.
    let sign = match text.chars().next()? {
        '+' | ' ' => 1,
        '-' => -1,
        _ => return None,
    };
    let (hours, rest) = digits(&text[1..], 2)?;
    let (minutes, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let seconds = hours * 3600 + minutes * 60;
    let is_real = minutes < 60 && seconds <= WIDEST && rest.is_empty();
    let offset = UtcOffset::from_whole_seconds(sign * seconds).ok();
    offset.filter(|_| is_real)
}

/// A number of so many digits, and what comes after it.
fn digits(text: &str, count: usize) -> Option<(i32, &str)> {
    let (number, rest) = text.split_at_checked(count)?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    Some((number.parse().ok().filter(|_| is_number)?, rest))
}

/// Money that has moved one way by one method, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// By what.
    pub method: PaymentMethod,
    /// Of which currency.
    pub currency: Currency,
    /// In, not out.
    pub is_in: bool,
    /// How much.
    pub amount: i64,
    /// How often.
    pub count: i64,
}

/// What has come in by one method, and what has gone back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SettlementRow)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The method, which is also the gateway.
    pub method: PaymentMethod,
    /// What was taken.
    pub captured: Money,
    /// How often.
    pub captured_count: i64,
    /// What went back.
    pub refunded: Money,
    /// How often.
    pub refunded_count: i64,
    /// What was taken less what went back: below zero on a day of refunds.
    pub net: Money,
}

/// The same of all methods together, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SettlementTotal)]
#[serde(rename_all = "camelCase")]
pub struct Total {
    /// What was taken.
    pub captured: Money,
    /// How often.
    pub captured_count: i64,
    /// What went back.
    pub refunded: Money,
    /// How often.
    pub refunded_count: i64,
    /// What was taken less what went back.
    pub net: Money,
}

/// The settlement of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Settlement {
    /// The day.
    #[schema(format = Date)]
    pub date: String,
    /// Where.
    #[schema(example = "+05:30")]
    pub time_zone: String,
    /// From then on.
    pub from: Timestamp,
    /// Until before then.
    pub until: Timestamp,
    /// By method and currency.
    pub rows: Vec<Row>,
    /// By currency.
    pub totals: Vec<Total>,
}

impl Settlement {
    /// From what has moved that day.
    ///
    /// # Errors
    /// If there is more money than can be counted.
    pub fn of(day: &Day, moved: &[Moved]) -> Result<Self, TooMuch> {
        let mut by_method: BTreeMap<(&str, String), Row> = BTreeMap::new();
        for one in moved {
            let key = (one.method.as_str(), one.currency.code().to_owned());
            let row = by_method
                .entry(key)
                .or_insert_with(|| Row::empty(one.method, one.currency));
            row.add(one)?;
        }
        let rows: Vec<Row> = by_method.into_values().collect();
        Ok(Self {
            date: day.date(),
            time_zone: day.zone(),
            from: day.from(),
            until: day.until(),
            totals: totals(&rows)?,
            rows,
        })
    }

    /// The rows as comma-separated values. Texts are words of ours and numbers are numbers, so no cell is a formula.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = csv::Writer::from_writer(Vec::new());
        let heads = [
            "date",
            "timeZone",
            "method",
            "currency",
            "captured",
            "capturedCount",
            "refunded",
            "refundedCount",
            "net",
        ];
        let lines = self.rows.iter().map(|row| {
            [
                self.date.clone(),
                // A cell that begins with a sign would be a formula to a spreadsheet.
                format!("UTC{}", self.time_zone.trim_start_matches('Z')),
                row.method.as_str().to_owned(),
                row.captured.currency().code().to_owned(),
                row.captured.amount().to_string(),
                row.captured_count.to_string(),
                row.refunded.amount().to_string(),
                row.refunded_count.to_string(),
                row.net.amount().to_string(),
            ]
        });
        // Writing to memory does not fail.
        let _ = table.write_record(heads);
        for line in lines {
            let _ = table.write_record(line);
        }
        let bytes = table.into_inner().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What a file of it is called.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("settlement-{}.csv", self.date)
    }
}

impl Row {
    fn empty(method: PaymentMethod, currency: Currency) -> Self {
        let nothing = Money::zero(currency);
        Self {
            method,
            captured: nothing,
            captured_count: 0,
            refunded: nothing,
            refunded_count: 0,
            net: nothing,
        }
    }

    fn add(&mut self, moved: &Moved) -> Result<(), TooMuch> {
        let amount = Money::from_minor(moved.amount, moved.currency);
        if moved.is_in {
            self.captured = self.captured.checked_add(amount)?;
            self.captured_count += moved.count;
        } else {
            self.refunded = self.refunded.checked_add(amount)?;
            self.refunded_count += moved.count;
        }
        self.net = self.captured.checked_sub(self.refunded)?;
        Ok(())
    }
}

fn totals(rows: &[Row]) -> Result<Vec<Total>, TooMuch> {
    let mut by_currency: BTreeMap<String, Total> = BTreeMap::new();
    for row in rows {
        let nothing = Money::zero(row.captured.currency());
        let total = by_currency
            .entry(row.captured.currency().code().to_owned())
            .or_insert(Total {
                captured: nothing,
                captured_count: 0,
                refunded: nothing,
                refunded_count: 0,
                net: nothing,
            });
        total.captured = total.captured.checked_add(row.captured)?;
        total.captured_count += row.captured_count;
        total.refunded = total.refunded.checked_add(row.refunded)?;
        total.refunded_count += row.refunded_count;
        total.net = total.net.checked_add(row.net)?;
    }
    Ok(by_currency.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(method: PaymentMethod, is_in: bool, amount: i64) -> Moved {
        Moved {
            method,
            currency: Currency::INR,
            is_in,
            amount,
            count: 1,
        }
    }

    #[test]
    fn day_begins_at_its_own_midnight() {
        let day = Day::parse("2026-01-05", "Z").unwrap();
        assert_eq!(day.from().to_string(), "2026-01-05T00:00:00.000000Z");
        assert_eq!(day.until().to_string(), "2026-01-06T00:00:00.000000Z");
        for zone in ["+05:30", " 05:30"] {
            let india = Day::parse("2026-01-05", zone).unwrap();
            assert_eq!(india.from().to_string(), "2026-01-04T18:30:00.000000Z");
        }
        let newfoundland = Day::parse("2024-02-29", "-03:30").unwrap();
        assert_eq!(newfoundland.zone(), "-03:30");
        let from = newfoundland.from().to_string();
        assert_eq!(from, "2024-02-29T03:30:00.000000Z");
    }

    #[test]
    fn what_is_no_day_or_no_place_is_named() {
        for date in [
            "",
            "2026-02-30",
            "2026-1-05",
            "2026-01-05x",
            "20260105",
            "-026-01-05",
            "２０２６-01-05",
        ] {
            assert_eq!(Day::parse(date, "Z").unwrap_err().field, "date", "{date}");
        }
        for zone in [
            "",
            "z",
            "+5:30",
            "+05:60",
            "+14:01",
            "+05:30x",
            "Asia/Kolkata",
            "é05:30",
        ] {
            let wrong = Day::parse("2026-01-05", zone).unwrap_err();
            assert_eq!(wrong.field, "tz", "{zone}");
        }
    }

    #[test]
    fn rows_are_by_method_and_their_net_may_be_below_zero() {
        let day = Day::parse("2026-01-05", "+05:30").unwrap();
        let all = [
            moved(PaymentMethod::Stripe, true, 10_000),
            moved(PaymentMethod::Cod, false, 2_500),
            moved(PaymentMethod::Stripe, false, 4_000),
        ];
        let settlement = Settlement::of(&day, &all).unwrap();
        let nets: Vec<i64> = settlement.rows.iter().map(|row| row.net.minor()).collect();
        assert_eq!(nets, [-2_500, 6_000]);
        let total = &settlement.totals[0];
        assert_eq!((total.net.minor(), total.refunded_count), (3_500, 2));
        assert_eq!(
            settlement.table(),
            "date,timeZone,method,currency,captured,capturedCount,refunded,refundedCount,net\n\
             2026-01-05,UTC+05:30,COD,INR,0.00,0,25.00,1,-25.00\n\
             2026-01-05,UTC+05:30,STRIPE,INR,100.00,1,40.00,1,60.00\n"
        );
    }

    #[test]
    fn cells_of_the_table_are_no_formulas() {
        let day = Day::parse("2026-01-05", "-03:30").unwrap();
        let all = [moved(PaymentMethod::Cod, false, 1)];
        let table = Settlement::of(&day, &all).unwrap().table();
        for cell in table.lines().flat_map(|line| line.split(',')) {
            let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert!(!is_formula || cell.parse::<f64>().is_ok(), "{cell}");
        }
    }

    #[test]
    fn more_money_than_can_be_counted_is_an_error() {
        let day = Day::parse("2026-01-05", "Z").unwrap();
        let all = [i64::MAX, 1].map(|amount| moved(PaymentMethod::Cod, true, amount));
        assert!(Settlement::of(&day, &all).is_err());
    }
}
