//! Ranges of prices that a search is narrowed by: a few, of equal and round width.

/// Ranges at the most; rounding may make it one more.
const MOST: i64 = 5;

/// Equal ranges of prices, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranges {
    /// Where the first begins.
    pub start: i64,
    /// How wide each is.
    pub width: i64,
}

impl Ranges {
    /// Ranges that hold all prices from `min` to `max`.
    #[must_use]
    pub fn over(min: i64, max: i64) -> Self {
        let at_least = (max.saturating_sub(min).max(0) / MOST).saturating_add(1);
        let mut power = 1_i64;
        let width = loop {
            let fits = [1, 2, 5].map(|digit| power.saturating_mul(digit));
            if let Some(width) = fits.into_iter().find(|width| *width >= at_least) {
                break width;
            }
            power = power.saturating_mul(10);
        };
        Self {
            start: min.div_euclid(width) * width,
            width,
        }
    }

    /// The lowest and the highest price of the range with this number.
    #[must_use]
    pub fn bounds(self, number: i64) -> (i64, i64) {
        let from = self.start.saturating_add(number.saturating_mul(self.width));
        (from, from.saturating_add(self.width - 1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranges_are_round() {
        let ranges = Ranges::over(9_900, 89_900);
        assert_eq!((ranges.start, ranges.width), (0, 20_000));
        assert_eq!(ranges.bounds(0), (0, 19_999));
        assert_eq!(ranges.bounds(4), (80_000, 99_999));
        let one = Ranges::over(30_000, 30_000);
        assert_eq!(one.bounds(0), (30_000, 30_000));
    }

    proptest! {
        #[test]
        fn every_price_lies_in_one_of_a_few_ranges(one in 0_i64..1_000_000_000_000, other in 0_i64..1_000_000_000_000) {
            let (min, max) = (one.min(other), one.max(other));
            let ranges = Ranges::over(min, max);
            let number = |price: i64| (price - ranges.start) / ranges.width;
            prop_assert!(number(min) == 0);
            prop_assert!(number(max) <= MOST);
            for price in [min, max] {
                let (from, to) = ranges.bounds(number(price));
                prop_assert!((from..=to).contains(&price));
            }
        }
    }
}
