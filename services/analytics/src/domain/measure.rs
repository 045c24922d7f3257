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
    /// Carts given up of which an order was made after all, and its total. Counts for the time when they were given up.
    CartsRecovered,
    /// People (or visits of people without a login) who looked at a product, each once a day.
    Visitors,
    /// People who looked at a product or got further, each once.
    ReachedViewed,
    /// People who put something into a cart or got further, each once.
    ReachedCarted,
    /// People who ordered or got further, each once.
    ReachedOrdered,
    /// People who paid or promised to, each once.
    ReachedPaid,
    /// Users who registered, looked, carted or ordered, each once.
    ActiveUsers,
    /// Users who ordered, each once.
    OrderingUsers,
}

impl Measure {
    /// Every one.
    pub const ALL: [Self; 18] = [
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
        Self::CartsRecovered,
        Self::Visitors,
        Self::ReachedViewed,
        Self::ReachedCarted,
        Self::ReachedOrdered,
        Self::ReachedPaid,
        Self::ActiveUsers,
        Self::OrderingUsers,
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
            Self::CartsRecovered => "carts-recovered",
            Self::ReachedViewed => "reached-viewed",
            Self::ReachedCarted => "reached-carted",
            Self::ReachedOrdered => "reached-ordered",
            Self::ReachedPaid => "reached-paid",
            Self::ActiveUsers => "active-users",
            Self::OrderingUsers => "ordering-users",
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
            Self::Visitors => &[Grain::Day],
            Self::ReachedViewed
            | Self::ReachedCarted
            | Self::ReachedOrdered
            | Self::ReachedPaid
            | Self::ActiveUsers
            | Self::OrderingUsers => &Grain::OF_PEOPLE,
            Self::OrdersPlaced
            | Self::OrdersConfirmed
            | Self::OrdersCancelled
            | Self::OrdersDelivered
            | Self::PaymentsCaptured
            | Self::PaymentsRefunded
            | Self::PaymentsFailed
            | Self::UsersRegistered
            | Self::ProductViews => &Grain::OF_SUMS,
            // They stand beside the funnel, which is counted by week and month too.
            Self::CartsAbandoned | Self::CartsRecovered => &Grain::ALL,
        }
    }

    /// Whether people are counted, each once, and not how often something happened.
    #[must_use]
    pub const fn is_of_people(self) -> bool {
        match self {
            Self::Visitors
            | Self::ReachedViewed
            | Self::ReachedCarted
            | Self::ReachedOrdered
            | Self::ReachedPaid
            | Self::ActiveUsers
            | Self::OrderingUsers => true,
            Self::OrdersPlaced
            | Self::OrdersConfirmed
            | Self::OrdersCancelled
            | Self::OrdersDelivered
            | Self::PaymentsCaptured
            | Self::PaymentsRefunded
            | Self::PaymentsFailed
            | Self::UsersRegistered
            | Self::ProductViews
            | Self::CartsAbandoned
            | Self::CartsRecovered => false,
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
