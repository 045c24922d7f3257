//! What delivery costs.

use super::Region;
use crate::Money;

/// What delivery costs, once per order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRules {
    /// Where no other fee is named for.
    pub fee: Money,
    /// From this value of goods (after the discount) on delivery costs nothing; `None`: it always costs.
    pub free_from: Option<Money>,
    /// Regions with a fee of their own; a state comes before its country.
    pub regions: Vec<DeliveryRate>,
}

/// What delivery to a region costs. Nothing of it is taken from the rule for all: without a threshold of its own it always costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRate {
    /// Where to.
    pub region: Region,
    /// Once per order.
    pub fee: Money,
    /// From this value of goods on it costs nothing; `None`: it always costs.
    pub free_from: Option<Money>,
}

impl DeliveryRules {
    /// The fee for goods of this value, to this region as far as it is known.
    #[must_use]
    pub fn fee(&self, goods: Money, region: Option<&Region>) -> Money {
        let closest = self
            .regions
            .iter()
            .filter(|rate| region.is_some_and(|region| rate.region.covers(region)))
            .max_by_key(|rate| rate.region.closeness());
        let (fee, free_from) = match closest {
            Some(rate) => (rate.fee, rate.free_from),
            None => (self.fee, self.free_from),
        };
        match free_from {
            Some(threshold) if goods.minor() >= threshold.minor() => Money::zero(fee.currency()),
            _ => fee,
        }
    }
}
