//! How amounts, thresholds and percentages are written in settings.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use shared_events::{Currency, Money, money};

/// An amount whose currency is another setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amount(Decimal);

/// An amount from which on something holds, or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Threshold {
    Never,
    From(Amount),
}

/// 0 to 100 with two digits after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Percent {
    pub(super) basis_points: u32,
}

impl Amount {
    pub(super) fn in_currency(self, currency: Currency) -> Result<Money, money::Error> {
        Money::parse(&self.0.normalize().to_string(), currency)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Amount, String> {
        let amount = Decimal::from_str_exact(text).map_err(|error| error.to_string())?;
        if amount.is_sign_negative() {
            return Err("it is below zero".to_owned());
        }
        Ok(Amount(amount))
    }
}

impl FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Threshold, String> {
        match text {
            "never" => Ok(Threshold::Never),
            amount => amount.parse().map(Threshold::From),
        }
    }
}

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Percent, String> {
        let percent = Decimal::from_str_exact(text).map_err(|error| error.to_string())?;
        let basis_points = percent * Decimal::ONE_HUNDRED;
        if !basis_points.fract().is_zero() {
            return Err("it has more than two digits after the point".to_owned());
        }
        basis_points
            .to_u32()
            .filter(|points| *points <= 10_000)
            .map(|basis_points| Percent { basis_points })
            .ok_or_else(|| "it is not between 0 and 100".to_owned())
    }
}
