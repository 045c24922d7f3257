//! How many of those who look buy in the end.

use super::figures::Figures;
use super::measure::Measure;

/// The steps of the funnel. Who took one is taken to have come through those before, whatever was seen of that: an order of
/// today may come from a cart of yesterday. So no step can have more people than the one before.
pub const STEPS: [Measure; 4] = [
    Measure::ReachedViewed,
    Measure::ReachedCarted,
    Measure::ReachedOrdered,
    Measure::ReachedPaid,
];

/// How many people got how far in some time: each counts once, for that step and for all before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Funnel {
    /// Who looked at a product, or got further.
    pub viewed: i64,
    /// Who put something into a cart, or got further.
    pub carted: i64,
    /// Who ordered, or got further.
    pub ordered: i64,
    /// Who paid, or promised to at the door.
    pub paid: i64,
    /// Carts given up; no step, and not of people.
    pub abandoned: i64,
}

impl Funnel {
    /// The funnel in these figures; they must be by the day, week or month.
    #[must_use]
    pub fn of(figures: &Figures) -> Self {
        let [viewed, carted, ordered, paid] = STEPS.map(|step| figures.count(step));
        Self {
            viewed,
            carted,
            ordered,
            paid,
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
