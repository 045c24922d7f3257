//! What a coupon takes off. Whether it may be used at all (its time, its limits) is for the service that owns coupons.

use serde::{Deserialize, Serialize};

use super::Error;
use crate::Money;

/// A coupon as far as prices go; travels between the services that show a cart and take the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CouponTerms)]
pub struct Coupon {
    /// What the shopper types.
    pub code: String,
    /// What it takes off.
    pub off: Off,
    /// The value of goods (before the discount) that it asks for; nothing: it always holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Money>,
}

/// What a coupon takes off the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CouponOff)]
pub enum Off {
    /// A part of them.
    Percentage {
        /// In hundredths of a percent, at most 10,000: 1000 is 10 %.
        #[serde(rename = "basisPoints")]
        basis_points: u32,
        /// No more than this; nothing: as much as it comes to.
        #[serde(rename = "atMost", default, skip_serializing_if = "Option::is_none")]
        at_most: Option<Money>,
    },
    /// So much, or all if they cost less.
    Amount(Money),
}

impl Coupon {
    /// What it takes off goods of this value: never more than all of it.
    ///
    /// # Errors
    /// [`Error::BelowMinimum`], and what is wrong with the coupon itself.
    pub fn discount(&self, subtotal: Money) -> Result<Money, Error> {
        if let Some(minimum) = self.minimum
            && subtotal.checked_sub(minimum)?.is_negative()
        {
            return Err(Error::BelowMinimum);
        }
        let (wanted, at_most) = match self.off {
            Off::Percentage { basis_points, .. } if basis_points > 10_000 => {
                return Err(Error::OutOfRange);
            }
            Off::Percentage {
                basis_points,
                at_most,
            } => (subtotal.basis_points(basis_points)?, at_most),
            Off::Amount(amount) => (amount, None),
        };
        let most = at_most.into_iter().chain([subtotal]);
        most.into_iter().try_fold(wanted, |wanted, most| {
            let beyond = wanted.checked_sub(most)?;
            if wanted.is_negative() || most.is_negative() {
                return Err(Error::OutOfRange);
            }
            Ok(if beyond.is_negative() { wanted } else { most })
        })
    }
}
