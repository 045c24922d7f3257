//! What an admin says of a coupon, and what it must be.

use revcart_http_edge::{Answer, Problem};
use serde::{Deserialize, Serialize};
use shared_events::pricing::Off;
use shared_events::{Currency, Money, Timestamp};
use utoipa::ToSchema;

use crate::domain::{Code, Coupon};

/// What a coupon takes off: a part of the goods, or an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = CouponKind)]
pub(in crate::http) enum Kind {
    /// So many percent.
    Percentage,
    /// So much money.
    Amount,
}

/// The terms as they were given.
pub(super) struct Terms {
    pub(super) kind: Kind,
    pub(super) value: String,
    pub(super) minimum: Option<Money>,
    pub(super) at_most: Option<Money>,
    pub(super) valid_from: Option<Timestamp>,
    pub(super) valid_until: Option<Timestamp>,
    pub(super) per_user: Option<u32>,
    pub(super) total: Option<u32>,
    pub(super) active: bool,
}

impl Terms {
    /// The coupon of these terms that nobody has used yet; 422 for what cannot be.
    pub(super) fn coupon(self, code: Code, currency: Currency, now: Timestamp) -> Answer<Coupon> {
        positive("perUser", self.per_user)?;
        positive("total", self.total)?;
        in_currency("minimum", self.minimum, currency)?;
        in_currency("atMost", self.at_most, currency)?;
        if let (Some(from), Some(until)) = (self.valid_from, self.valid_until)
            && from >= until
        {
            return Err(Problem::invalid("validUntil", "must be after validFrom"));
        }
        Ok(Coupon {
            code,
            off: self.off(currency)?,
            minimum: self.minimum,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            per_user: self.per_user,
            total: self.total,
            active: self.active,
            taken: 0,
            created_at: now,
        })
    }

    fn off(&self, currency: Currency) -> Answer<Off> {
        match self.kind {
            Kind::Percentage => Ok(Off::Percentage {
                basis_points: basis_points(&self.value)?,
                at_most: self.at_most,
            }),
            Kind::Amount if self.at_most.is_some() => Err(Problem::invalid(
                "atMost",
                "belongs to percentages, an amount is one by itself",
            )),
            Kind::Amount => {
                let amount = Money::parse(&self.value, currency)
                    .map_err(|error| Problem::invalid("value", error.to_string()))?;
                if amount.minor() <= 0 {
                    return Err(Problem::invalid("value", "must be more than nothing"));
                }
                Ok(Off::Amount(amount))
            }
        }
    }
}

/// A percentage has two digits after the point, like an amount of rupees, and a basis point is to it what a paisa is to those.
fn basis_points(text: &str) -> Answer<u32> {
    Money::parse(text, Currency::INR)
        .ok()
        .and_then(|hundredths| u32::try_from(hundredths.minor()).ok())
        .filter(|points| (1..=10_000).contains(points))
        .ok_or_else(|| {
            Problem::invalid(
                "value",
                "must be a percentage up to 100 with at most two digits after the point",
            )
        })
}

fn positive(field: &str, number: Option<u32>) -> Answer<()> {
    match number {
        Some(0) => Err(Problem::invalid(field, "must be 1 or more")),
        _ => Ok(()),
    }
}

fn in_currency(field: &str, amount: Option<Money>, currency: Currency) -> Answer<()> {
    match amount {
        Some(amount) if amount.currency() != currency => Err(Problem::invalid(
            field,
            format!("the shop sells in {currency}"),
        )),
        Some(amount) if amount.minor() <= 0 => {
            Err(Problem::invalid(field, "must be more than nothing"))
        }
        _ => Ok(()),
    }
}

pub(super) const fn yes() -> bool {
    true
}
