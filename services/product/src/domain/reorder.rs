//! How much should be ordered from a supplier when stock is low.

use shared_events::StockLevelLow;

/// Stock is filled up to so many times its low-stock threshold: a threshold is about a week of sales, so this is a month.
const FILL_UP_TO: u32 = 5;

/// That more of a product should be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// How many units.
    pub units: u32,
    /// How many were available when this was proposed.
    pub available: u32,
}

impl Proposal {
    /// What a warning asks for; at least one unit.
    #[must_use]
    pub fn after(warning: &StockLevelLow) -> Self {
        let full = warning.threshold.saturating_mul(FILL_UP_TO);
        Self {
            units: full.saturating_sub(warning.available).max(1),
            available: warning.available,
        }
    }
}

#[cfg(test)]
mod tests {
    use shared_events::ProductId;

    use super::*;

    fn proposed(available: u32, threshold: u32) -> u32 {
        let warning = StockLevelLow {
            product_id: ProductId::new(),
            sku: "KET-1".to_owned(),
            available,
            threshold,
        };
        Proposal::after(&warning).units
    }

    #[test]
    fn a_proposal_fills_up_to_five_times_the_threshold() {
        assert_eq!(proposed(10, 10), 40);
        assert_eq!(proposed(0, 10), 50);
        assert_eq!(proposed(0, 0), 1);
        assert_eq!(proposed(0, u32::MAX), u32::MAX);
    }
}
