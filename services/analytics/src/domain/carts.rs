//! What became of carts that were given up.

use std::time::Duration;

use shared_events::{CartId, Money, Timestamp};

/// Until how long after it was given up a cart counts as recovered when an order is made of it.
pub const RECOVERABLE: Duration = Duration::from_secs(30 * 24 * 3600);

/// What happened to a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It was given up.
    Abandoned,
    /// An order was made of it.
    Ordered,
}

impl Fate {
    /// What databases call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Abandoned => "abandoned",
            Self::Ordered => "ordered",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        [Self::Abandoned, Self::Ordered]
            .into_iter()
            .find(|fate| fate.name() == name)
    }
}

/// Something that happened to a cart: what, when, and how much money there was in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CartMoment {
    /// The cart. That of a user is the same for ever, so it may be given up and ordered many times.
    pub cart: CartId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub fate: Fate,
    /// Total of the cart or of the order.
    pub amount: Money,
}

/// When carts were given up of which an order was made next, and what that came to. `moments` are of one cart.
#[must_use]
pub fn recovered(moments: &[CartMoment]) -> Vec<(Timestamp, Money)> {
    let mut moments = moments.to_vec();
    moments.sort_by_key(|moment| (moment.at, moment.fate));
    let pairs = moments.windows(2).filter_map(|pair| {
        let (abandoned, ordered) = (pair[0], pair[1]);
        let is_recovery = abandoned.fate == Fate::Abandoned
            && ordered.fate == Fate::Ordered
            && ordered.at <= abandoned.at + RECOVERABLE;
        is_recovery.then_some((abandoned.at, ordered.amount))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_events::Currency;

    fn moments(of: &[(Fate, u64)]) -> Vec<CartMoment> {
        let cart = CartId::new();
        let moment = |(fate, day): &(Fate, u64)| CartMoment {
            cart,
            at: Timestamp::from_micros(0) + Duration::from_secs(day * 86_400),
            fate: *fate,
            amount: Money::from_minor(i64::try_from(*day).unwrap(), Currency::INR),
        };
        of.iter().map(moment).collect()
    }

    fn days(of: &[(Fate, u64)]) -> Vec<(i64, i64)> {
        let recovered = recovered(&moments(of));
        let day = |(at, money): &(Timestamp, Money)| (at.micros() / 86_400_000_000, money.minor());
        recovered.iter().map(day).collect()
    }

    #[test]
    fn a_cart_is_recovered_by_the_next_order_within_a_month() {
        use Fate::{Abandoned, Ordered};
        assert_eq!(days(&[(Ordered, 3), (Abandoned, 1)]), [(1, 3)]);
        assert_eq!(days(&[(Abandoned, 1), (Ordered, 31)]), [(1, 31)]);
        assert_eq!(days(&[(Abandoned, 1), (Ordered, 32)]), []);
        assert_eq!(days(&[(Ordered, 1), (Abandoned, 2)]), []);
        // Given up twice it is recovered once; so are two orders.
        assert_eq!(
            days(&[(Abandoned, 1), (Abandoned, 2), (Ordered, 3)]),
            [(2, 3)]
        );
        assert_eq!(
            days(&[(Abandoned, 1), (Ordered, 2), (Ordered, 3)]),
            [(1, 2)]
        );
        let twice = [(Abandoned, 1), (Ordered, 2), (Abandoned, 5), (Ordered, 6)];
        assert_eq!(days(&twice), [(1, 2), (5, 6)]);
        for fate in [Abandoned, Ordered] {
            assert_eq!(Fate::find(fate.name()), Some(fate));
        }
    }
}
