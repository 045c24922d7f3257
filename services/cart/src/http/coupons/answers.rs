//! A coupon as admins see it.

use serde::Serialize;
use shared_events::pricing::Off;
use shared_events::{Money, Timestamp};
use utoipa::ToSchema;

use super::terms::Kind;
use crate::domain;

/// A coupon as the back office knows it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CouponRecord)]
pub(in crate::http) struct Coupon {
    code: String,
    kind: Kind,
    /// Percent, or an amount in the shop's currency.
    value: String,
    minimum: Option<Money>,
    at_most: Option<Money>,
    valid_from: Option<Timestamp>,
    valid_until: Option<Timestamp>,
    per_user: Option<u32>,
    total: Option<u32>,
    active: bool,
    /// How many orders use it, those included that are being placed.
    taken: u32,
    created_at: Timestamp,
}

impl From<&domain::Coupon> for Coupon {
    fn from(coupon: &domain::Coupon) -> Self {
        let (kind, value, at_most) = match coupon.off {
            Off::Percentage {
                basis_points,
                at_most,
            } => (Kind::Percentage, percent(basis_points), at_most),
            Off::Amount(amount) => (Kind::Amount, amount.amount().to_string(), None),
        };
        Self {
            code: coupon.code.to_string(),
            kind,
            value,
            minimum: coupon.minimum,
            at_most,
            valid_from: coupon.valid_from,
            valid_until: coupon.valid_until,
            per_user: coupon.per_user,
            total: coupon.total,
            active: coupon.active,
            taken: coupon.taken,
            created_at: coupon.created_at,
        }
    }
}

fn percent(basis_points: u32) -> String {
    format!("{}.{:02}", basis_points / 100, basis_points % 100)
}
