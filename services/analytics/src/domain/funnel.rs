//! How many of those who look buy in the end.

use super::figures::Figures;
use super::measure::Measure;

/// How far shoppers got in some time. The stages are counted independently: an order of today may come from a cart of yesterday.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Funnel {
    /// People who looked at a product, each once a day.
    pub viewed: i64,
    /// Carts that something was put into, each once a day.
    pub carted: i64,
    /// Orders placed.
    pub ordered: i64,
    /// Orders confirmed: paid for, or payment promised at the door.
    pub paid: i64,
    /// Carts given up.
    pub abandoned: i64,
}

impl Funnel {
    /// The funnel in these figures; they must be by the day.
    #[must_use]
    pub fn of(figures: &Figures) -> Self {
        Self {
            viewed: figures.count(Measure::Visitors),
            carted: figures.count(Measure::CartsFilled),
            ordered: figures.count(Measure::OrdersPlaced),
            paid: figures.count(Measure::OrdersConfirmed),
            abandoned: figures.count(Measure::CartsAbandoned),
        }
    }
}

/// Which part of `all` is `some`, with four digits; nothing of nothing is no part.
#[must_use]
pub fn share(some: i64, all: i64) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "nobody has as many shoppers as would be rounded"
    )]
    let share = some as f64 / all as f64;
    (all > 0).then_some((share * 10_000.0).round() / 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_four_digits_and_need_a_whole() {
        assert_eq!(share(1, 3), Some(0.3333));
        assert_eq!(share(3, 2), Some(1.5));
        assert_eq!(share(0, 2), Some(0.0));
        assert_eq!(share(1, 0), None);
    }
}
