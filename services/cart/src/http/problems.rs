//! What callers are told when the domain refuses.

use revcart_http_edge::Problem;
use shared_events::pricing;

use crate::domain::cart::Refusal;
use crate::domain::coupon;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            Refusal::Full => Self::conflict("CART_FULL", detail),
            Refusal::TooMany => Self::invalid("quantity", detail),
            Refusal::NoSuchItem => Self::not_found("item in the cart"),
            Refusal::OtherCurrency(_) => Self::conflict("OTHER_CURRENCY", detail),
        }
    }
}

impl From<coupon::Problem> for Problem {
    fn from(problem: coupon::Problem) -> Self {
        Self::unprocessable(problem.code(), problem.to_string())
    }
}

/// The code of a refusal where it stands among others.
pub(super) const fn code(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Full => "CART_FULL",
        Refusal::TooMany => "TOO_MANY",
        Refusal::NoSuchItem => "NOT_FOUND",
        Refusal::OtherCurrency(_) => "OTHER_CURRENCY",
    }
}

/// What keeps a cart from being priced: nothing, unless the shop has changed its currency since.
pub(super) fn unpriceable(error: pricing::Error) -> Problem {
    match error {
        pricing::Error::OtherCurrency => Problem::conflict(
            "OTHER_CURRENCY",
            "the cart holds products in another currency",
        ),
        other => Problem::internal(&other),
    }
}
