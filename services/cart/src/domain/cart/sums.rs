//! What a cart would cost.

use shared_events::pricing::{self, Breakdown, Error, Price, Region, Tariff, Tax, Terms};

use super::Cart;
use crate::domain::coupon::Problem;

/// What a cart would cost, and what is the matter with its coupon.
#[derive(Debug, Clone, PartialEq)]
pub struct Sums {
    /// The sums.
    pub price: Price,
    /// The tax by rate.
    pub taxes: Vec<Tax>,
    /// Why its coupon takes nothing off.
    pub problem: Option<Problem>,
}

impl Sums {
    fn of(breakdown: Breakdown, problem: Option<Problem>) -> Self {
        Self {
            price: breakdown.price,
            taxes: breakdown.taxes,
            problem,
        }
    }
}

impl Cart {
    /// What it would cost with its coupon, as far as that can be used; nothing costs nothing, not even delivery. A coupon that is
    /// of no use is no error.
    ///
    /// # Errors
    /// When it holds something in another currency than the shop's, or the sum does not fit an amount of money.
    pub fn sums(
        &self,
        coupon: Result<Option<&pricing::Coupon>, Problem>,
        region: Option<&Region>,
        tariff: &Tariff,
    ) -> Result<Sums, Error> {
        let (coupon, problem) = match coupon {
            Ok(coupon) => (coupon, None),
            Err(problem) => (None, Some(problem)),
        };
        if self.items.is_empty() {
            return Ok(Sums {
                price: Price::nothing(tariff.currency),
                taxes: Vec::new(),
                problem,
            });
        }
        let priced = |coupon| pricing::breakdown(&self.items, &Terms { coupon, region }, tariff);
        match priced(coupon) {
            Ok(breakdown) => Ok(Sums::of(breakdown, problem)),
            Err(error) if coupon.is_some() => {
                let problem = match error {
                    Error::BelowMinimum => Problem::BelowMinimum,
                    // The shop has changed its currency since the coupon was made, for example.
                    _ => Problem::Unknown,
                };
                Ok(Sums::of(priced(None)?, Some(problem)))
            }
            Err(error) => Err(error),
        }
    }
}
