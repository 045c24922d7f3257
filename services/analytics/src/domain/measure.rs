//! What is counted.

use super::grain::Grain;

/// Something that is counted; most measures also add up money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Orders placed, and their totals.
    OrdersPlaced,
    /// Orders confirmed, and their totals.
    OrdersConfirmed,
    /// Orders undone, before or after they were confirmed.
    OrdersCancelled,
    /// Orders brought.
    OrdersDelivered,
    /// Payments taken, and how much.
    PaymentsCaptured,
    /// Payments given back, in part or whole, and how much.
    PaymentsRefunded,
    /// Tries to pay that failed.
    PaymentsFailed,
    /// New logins.
    UsersRegistered,
    /// Products looked at.
    ProductViews,
    /// Carts given up, and what lay in them.
    CartsAbandoned,
    /// People (or visits of people without a login) who looked at a product, each once a day.
    Visitors,
    /// Carts that something was put into, each once a day.
    CartsFilled,
    /// Users who registered, looked, carted or ordered, each once a day.
    ActiveUsers,
}

impl Measure {
    /// Every one.
    pub const ALL: [Self; 13] = [
        Self::OrdersPlaced,
        Self::OrdersConfirmed,
        Self::OrdersCancelled,
        Self::OrdersDelivered,
        Self::PaymentsCaptured,
        Self::PaymentsRefunded,
        Self::PaymentsFailed,
        Self::UsersRegistered,
        Self::ProductViews,
        Self::CartsAbandoned,
        Self::Visitors,
        Self::CartsFilled,
        Self::ActiveUsers,
    ];

    /// What databases call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrdersPlaced => "orders-placed",
            Self::OrdersConfirmed => "orders-confirmed",
            Self::OrdersCancelled => "orders-cancelled",
            Self::OrdersDelivered => "orders-delivered",
            Self::PaymentsCaptured => "payments-captured",
            Self::PaymentsRefunded => "payments-refunded",
            Self::PaymentsFailed => "payments-failed",
            Self::UsersRegistered => "users-registered",
            Self::ProductViews => "product-views",
            Self::CartsAbandoned => "carts-abandoned",
            Self::Visitors => "visitors",
            Self::CartsFilled => "carts-filled",
            Self::ActiveUsers => "active-users",
        }
    }

    /// The measure of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// By which lengths of time it is counted. What counts once a day cannot be added up over hours or years.
    #[must_use]
    pub const fn grains(self) -> &'static [Grain] {
        match self {
            Self::Visitors | Self::CartsFilled | Self::ActiveUsers => &[Grain::Day],
            Self::OrdersPlaced
            | Self::OrdersConfirmed
            | Self::OrdersCancelled
            | Self::OrdersDelivered
            | Self::PaymentsCaptured
            | Self::PaymentsRefunded
            | Self::PaymentsFailed
            | Self::UsersRegistered
            | Self::ProductViews
            | Self::CartsAbandoned => &Grain::ALL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_is_found_by_its_name() {
        for measure in Measure::ALL {
            assert_eq!(Measure::find(measure.name()), Some(measure));
        }
        assert_eq!(Measure::find("luck"), None);
    }
}
