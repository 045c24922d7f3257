//! Money as whole minor units (paise, cents) of one currency, so that nothing is ever lost to rounding.
//!
//! On the wire `{"amount":"199.00","currency":"INR"}`: a decimal string with exactly the digits of the currency, never a float.

use std::{borrow::Cow, fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeStruct};

/// Why an amount of money cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is not three upper-case letters.
    #[error("a currency is three upper-case letters")]
    Currency,
    /// The text is not a decimal number with at most the currency's digits after the point.
    #[error("an amount of {0} is a decimal number with at most {digits} digits after the point", digits = .0.exponent())]
    Amount(Currency),
    /// Amounts of two currencies do not add up.
    #[error("{0} and {1} do not add up")]
    Currencies(Currency, Currency),
    /// More than can be counted.
    #[error("the amount is too large")]
    Overflow,
}

/// An ISO 4217 code. Any three upper-case letters are accepted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Indian rupee, what the shop sells in unless told otherwise.
    pub const INR: Self = Self(*b"INR");

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("made of ASCII letters")
    }

    /// How many digits stand after the decimal point (ISO 4217).
    pub const fn exponent(self) -> u32 {
        match &self.0 {
            b"CLP" | b"ISK" | b"JPY" | b"KRW" | b"PYG" | b"UGX" | b"VND" | b"XAF" | b"XOF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self::INR
    }
}

impl FromStr for Currency {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(letters) if letters.iter().all(u8::is_ascii_uppercase) => Ok(Self(letters)),
            _ => Err(Error::Currency),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        CowStr::deserialize(deserializer)?
            .0
            .parse()
            .map_err(de::Error::custom)
    }
}

impl JsonSchema for Currency {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Z]{3}$" })
    }
}

/// An amount of money: minor units of a currency. May be negative.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// So many minor units (paise of INR, cents of USD, yen of JPY).
    pub const fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in this currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Reads `199.00`, `199` or `-0.5`; more digits after the point than the currency has are refused, not rounded.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, Error> {
        let bad = || Error::Amount(currency);
        let (negative, digits) = match amount.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, amount),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return Err(bad()),
            Some(parts) => parts,
            None => (digits, ""),
        };
        let exponent = currency.exponent() as usize;
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || !all_digits(whole)
            || !all_digits(fraction)
            || fraction.len() > exponent
        {
            return Err(bad());
        }
        let padding = std::iter::repeat_n(b'0', exponent - fraction.len());
        let mut minor: i64 = 0;
        for digit in whole.bytes().chain(fraction.bytes()).chain(padding) {
            let digit = i64::from(digit - b'0');
            let signed = if negative { -digit } else { digit };
            minor = minor
                .checked_mul(10)
                .and_then(|tens| tens.checked_add(signed))
                .ok_or(Error::Overflow)?;
        }
        Ok(Self { minor, currency })
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency of the amount.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Neither more nor less than nothing.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Less than nothing.
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// Both together.
    pub fn checked_add(self, other: Self) -> Result<Self, Error> {
        self.combine(other, i64::checked_add)
    }

    /// What is left when `other` is taken away; may be negative.
    pub fn checked_sub(self, other: Self) -> Result<Self, Error> {
        self.combine(other, i64::checked_sub)
    }

    /// So many times the amount: a unit price times a quantity.
    pub fn times(self, factor: u32) -> Result<Self, Error> {
        self.minor
            .checked_mul(i64::from(factor))
            .map(|minor| Self { minor, ..self })
            .ok_or(Error::Overflow)
    }

    /// The share of the amount in hundredths of a percent (1800 is 18 %), rounded half away from zero to a minor unit.
    pub fn basis_points(self, points: u32) -> Result<Self, Error> {
        let exact = i128::from(self.minor) * i128::from(points);
        let rounded = (exact + exact.signum() * 5_000) / 10_000;
        i64::try_from(rounded)
            .map(|minor| Self { minor, ..self })
            .map_err(|_| Error::Overflow)
    }

    /// All of them together, nothing if there are none.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, Error> {
        amounts
            .into_iter()
            .try_fold(Self::zero(currency), Self::checked_add)
    }

    /// The amount alone as a decimal number with the currency's digits: `199.00`.
    pub fn amount(self) -> impl fmt::Display {
        Amount(self)
    }

    fn combine(self, other: Self, op: fn(i64, i64) -> Option<i64>) -> Result<Self, Error> {
        if self.currency != other.currency {
            return Err(Error::Currencies(self.currency, other.currency));
        }
        op(self.minor, other.minor)
            .map(|minor| Self { minor, ..self })
            .ok_or(Error::Overflow)
    }
}

struct Amount(Money);

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Money { minor, currency } = self.0;
        let sign = if minor < 0 { "-" } else { "" };
        let units = minor.unsigned_abs();
        match currency.exponent() {
            0 => write!(f, "{sign}{units}"),
            digits => {
                let scale = 10_u64.pow(digits);
                let width = digits as usize;
                write!(f, "{sign}{}.{:0width$}", units / scale, units % scale)
            }
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, Amount(*self))
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Money", 2)?;
        fields.serialize_field("amount", &Amount(*self))?;
        fields.serialize_field("currency", &self.currency)?;
        fields.end()
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire<'a> {
            #[serde(borrow)]
            amount: CowStr<'a>,
            currency: Currency,
        }
        let wire = Wire::deserialize(deserializer)?;
        Self::parse(&wire.amount.0, wire.currency).map_err(de::Error::custom)
    }
}

/// A string that is borrowed from the input where it can be.
#[derive(Deserialize)]
struct CowStr<'a>(#[serde(borrow)] Cow<'a, str>);

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let currency = Currency::json_schema(generator);
        json_schema!({
            "description": "An amount of money: a decimal string with the digits of its currency, never a float.",
            "type": "object",
            "properties": {
                "amount": { "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$" },
                "currency": currency,
            },
            "required": ["amount", "currency"],
        })
    }
}

#[cfg(test)]
mod tests;
