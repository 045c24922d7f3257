//! Which tax is on what, and what it comes to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Error, Region};
use crate::Money;

/// The rates of tax, in hundredths of a percent: 500 is 5 %.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxRules {
    /// On what no other rate is named for.
    pub default_basis_points: u32,
    /// Rates for a category, a region, or one in the other. Of those that fit the closest is taken: one for both before one for the
    /// region, that before one for the category; and a state before its country.
    pub rates: Vec<TaxRate>,
}

/// A rate for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxRate {
    /// The slug of the category that it is on; `None`: on all.
    pub category: Option<String>,
    /// Where it holds; `None`: everywhere.
    pub region: Option<Region>,
    /// Hundredths of a percent.
    pub basis_points: u32,
}

/// The tax of one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tax {
    /// The rate, in hundredths of a percent.
    pub basis_points: u32,
    /// What it is on: these goods, less their share of the discount.
    pub goods: Money,
    /// What it comes to, rounded half up.
    pub amount: Money,
}

impl TaxRules {
    /// The rate on a category in a region, as far as they are known.
    #[must_use]
    pub fn rate(&self, category: Option<&str>, region: Option<&Region>) -> u32 {
        self.rates
            .iter()
            .filter(|rate| rate.fits(category, region))
            .max_by_key(|rate| rate.closeness())
            .map_or(self.default_basis_points, |rate| rate.basis_points)
    }
}

impl TaxRate {
    fn fits(&self, category: Option<&str>, region: Option<&Region>) -> bool {
        let of_category = self.category.as_deref().is_none_or(|slug| {
            category.is_some_and(|category| category.eq_ignore_ascii_case(slug))
        });
        let in_region = self
            .region
            .as_ref()
            .is_none_or(|named| region.is_some_and(|region| named.covers(region)));
        of_category && in_region
    }

    /// Both, then the region (a state before a country), then the category.
    fn closeness(&self) -> (bool, u8, bool) {
        let region = self.region.as_ref().map_or(0, Region::closeness);
        let category = self.category.is_some();
        (category && region > 0, region, category)
    }
}

/// The tax on goods by their rates, the lowest rate first.
pub(super) fn by_rate(goods: Vec<(u32, Money)>) -> Result<Vec<Tax>, Error> {
    let mut rates: BTreeMap<u32, Money> = BTreeMap::new();
    for (basis_points, goods) in goods {
        match rates.get_mut(&basis_points) {
            Some(sum) => *sum = sum.checked_add(goods)?,
            None => drop(rates.insert(basis_points, goods)),
        }
    }
    let tax = |(basis_points, goods): (u32, Money)| {
        Ok(Tax {
            basis_points,
            goods,
            amount: goods.basis_points(basis_points)?,
        })
    };
    rates.into_iter().map(tax).collect()
}
