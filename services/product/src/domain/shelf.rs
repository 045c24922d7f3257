//! The stock of several products at once: what a batch of commands sees and changes.
//!
//! It owns the step from "what an order has" to figures: stock is a function of the states of all reservations, so it
//! moves by the difference between the state before and the state after. It never decides who gets units.

use std::collections::{BTreeMap, BTreeSet};

use shared_events::{ProductId, Quantity, Shortage, StockLine};

use super::reservation::State;
use super::stock::{Hold, Movement, Stock};

/// Stock by product. Products that it does not hold do not exist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Shelf(BTreeMap<ProductId, Stock>);

/// What came of a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// Products whose figures are different now.
    pub changed: BTreeSet<ProductId>,
    /// Units that came or went: lines for the ledger.
    pub movements: Vec<(ProductId, Movement)>,
    /// Products whose available units have just reached their low-stock threshold from above.
    pub fell_low: Vec<ProductId>,
}

impl Shelf {
    /// The stock of this product.
    #[must_use]
    pub fn stock(&self, product: ProductId) -> Option<&Stock> {
        self.0.get(&product)
    }

    /// The stock of this product, to change it by hand.
    pub fn stock_mut(&mut self, product: ProductId) -> Option<&mut Stock> {
        self.0.get_mut(&product)
    }

    /// All of it, by product.
    pub fn iter(&self) -> impl Iterator<Item = (ProductId, &Stock)> {
        self.0.iter().map(|(product, stock)| (*product, stock))
    }

    /// What is missing to give `wanted` to a reservation that is now in `state`; nothing, if it can have them. Several
    /// lines of one product count together, and what the reservation has already counts as free for it.
    #[must_use]
    pub fn shortages(&self, state: &State, wanted: &[StockLine]) -> Vec<Shortage> {
        let mut requested: BTreeMap<ProductId, i64> = BTreeMap::new();
        for line in wanted {
            *requested.entry(line.product_id).or_default() += i64::from(line.quantity);
        }
        let short = |(product_id, requested): (ProductId, i64)| {
            let offered = self.stock(product_id).map_or(0, Stock::offered);
            let available = offered + state.reserved_units(product_id);
            (requested > available).then(|| Shortage {
                product_id,
                requested: at_most(requested),
                available: u32::try_from(available).unwrap_or(0),
            })
        };
        requested.into_iter().filter_map(short).collect()
    }

    /// Whether each of these products is in the catalogue.
    #[must_use]
    pub fn offers(&self, wanted: &[StockLine]) -> bool {
        let sold = |line: &StockLine| self.stock(line.product_id).is_some_and(Stock::is_for_sale);
        wanted.iter().all(sold)
    }

    /// Moves the stock from what a reservation had `before` to what it has `after`.
    pub fn settle(&mut self, before: &State, after: &State) -> Effects {
        let mut effects = Effects::default();
        if before.has_the_same_as(after) {
            return effects;
        }
        let not_low: BTreeSet<ProductId> = after
            .lines()
            .iter()
            .map(|line| line.product_id)
            .filter(|product| !self.is_low(*product))
            .collect();
        for (state, step) in [(before, Stock::take_back as Step), (after, Stock::hand_out)] {
            for line in state.lines() {
                effects.changed.insert(line.product_id);
                let stock = self.0.get_mut(&line.product_id);
                let movement = stock.and_then(|stock| step(stock, state.hold(), line.quantity));
                effects
                    .movements
                    .extend(movement.map(|movement| (line.product_id, movement)));
            }
        }
        effects.fell_low = not_low
            .into_iter()
            .filter(|product| self.is_low(*product))
            .collect();
        effects
    }

    fn is_low(&self, product: ProductId) -> bool {
        self.stock(product).is_some_and(Stock::is_low)
    }
}

type Step = fn(&mut Stock, Hold, Quantity) -> Option<Movement>;

/// A sum of lines as a message can carry it.
fn at_most(units: i64) -> Quantity {
    let most = i64::from(Quantity::MAX);
    u32::try_from(units.clamp(1, most))
        .ok()
        .and_then(|units| Quantity::new(units).ok())
        .expect("clamped to what a quantity can be")
}

impl FromIterator<(ProductId, Stock)> for Shelf {
    fn from_iter<I: IntoIterator<Item = (ProductId, Stock)>>(stocks: I) -> Self {
        Self(stocks.into_iter().collect())
    }
}

impl Extend<(ProductId, Stock)> for Shelf {
    fn extend<I: IntoIterator<Item = (ProductId, Stock)>>(&mut self, stocks: I) {
        self.0.extend(stocks);
    }
}
