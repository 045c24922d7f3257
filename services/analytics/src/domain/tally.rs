//! What a batch of events adds to the figures, in memory until it is saved as a whole.
//!
//! Everything here only adds, to the bucket of the time when the event was sent: the order in which events come changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use shared_events::{Currency, Money, OrderId, ProductId, Timestamp, UserId};

use super::carts::{self, CartMoment};
use super::cohorts::Members;
use super::figures::Sum;
use super::funnel;
use super::grain::Grain;
use super::measure::Measure;

/// More money than any event can mean, in minor units; millions of such still add up without overflow.
const MOST_MONEY: i64 = 1_000_000_000_000;
/// Characters of a visitor's name that are kept.
const LONGEST_NAME: usize = 80;

/// An amount that cannot be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no amount that could be counted")]
pub struct Absurd(pub Money);

/// Where a sum stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// By what length of time.
    pub grain: Grain,
    /// When that began.
    pub start: Timestamp,
    /// Of what.
    pub measure: Measure,
    /// In which currency, if there is money in it.
    pub currency: Option<Currency>,
}

/// Somebody who counts once a day, week or month.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sighting {
    /// When the day, week or month began.
    pub start: Timestamp,
    /// As what.
    pub measure: Measure,
    /// Which of them it is.
    pub grain: Grain,
    /// Who or which.
    pub who: String,
}

/// A product on a day, with prices of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shelf {
    /// The day.
    pub day: Timestamp,
    /// The product.
    pub product: ProductId,
    /// The currency.
    pub currency: Currency,
}

/// How it went with a product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sales {
    /// How often somebody looked at it.
    pub views: i64,
    /// Units put into carts.
    pub carted: i64,
    /// Units in orders that were confirmed.
    pub sold: i64,
    /// What those cost, in minor units, before discounts on the order.
    pub revenue: i64,
}

/// What people call a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its stock keeping unit.
    pub sku: String,
    /// Its name.
    pub name: String,
}

/// What a batch of events comes to.
#[derive(Debug)]
pub struct Tally {
    currency: Currency,
    minutes: BTreeMap<(Timestamp, Measure, Option<Currency>), Sum>,
    sightings: BTreeSet<Sighting>,
    shelves: BTreeMap<Shelf, Sales>,
    labels: BTreeMap<ProductId, Label>,
    numbers: BTreeMap<String, OrderId>,
    members: Members,
    carts: Vec<CartMoment>,
}

/// A tally, ready to be saved: every part as rows of one table.
#[derive(Debug)]
pub struct Additions {
    /// Sums by place.
    pub sums: BTreeMap<Place, Sum>,
    /// Who was there; those who had not been seen that day, week or month count.
    pub sightings: Vec<Sighting>,
    /// Products by day.
    pub shelves: Vec<(Shelf, Sales)>,
    /// Products by name.
    pub labels: BTreeMap<ProductId, Label>,
    /// Orders by number.
    pub numbers: Vec<(String, OrderId)>,
    /// Users who registered.
    pub members: Members,
    /// What happened to carts.
    pub carts: Vec<CartMoment>,
}

impl Tally {
    /// An empty one; what is counted of products without a price counts for this currency.
    #[must_use]
    pub fn new(currency: Currency) -> Self {
        Self {
            currency,
            minutes: BTreeMap::new(),
            sightings: BTreeSet::new(),
            shelves: BTreeMap::new(),
            labels: BTreeMap::new(),
            numbers: BTreeMap::new(),
            members: Members::new(),
            carts: Vec::new(),
        }
    }

    /// Counts one.
    pub fn count(&mut self, measure: Measure, at: Timestamp) {
        self.add(measure, at, None, 0);
    }

    /// Counts one with money in it.
    ///
    /// # Errors
    /// [`Absurd`] if the amount cannot be meant; the tally is to be thrown away then.
    pub fn count_money(
        &mut self,
        measure: Measure,
        at: Timestamp,
        amount: Money,
    ) -> Result<(), Absurd> {
        let minor = countable(amount)?;
        self.add(measure, at, Some(amount.currency()), minor);
        Ok(())
    }

    fn add(&mut self, measure: Measure, at: Timestamp, currency: Option<Currency>, minor: i64) {
        let place = (Grain::Minute.start(at), measure, currency);
        let sum = self.minutes.entry(place).or_default();
        sum.add(Sum { count: 1, minor });
    }

    /// Counts somebody, unless they have been counted this day, week or month.
    pub fn see(&mut self, measure: Measure, at: Timestamp, who: impl Display) {
        let mut who = who.to_string();
        if let Some((end, _)) = who.char_indices().nth(LONGEST_NAME) {
            who.truncate(end);
        }
        for &grain in measure.grains() {
            self.sightings.insert(Sighting {
                start: grain.start(at),
                measure,
                grain,
                who: who.clone(),
            });
        }
    }

    /// Counts somebody for a step of the funnel and for all before it.
    pub fn reach(&mut self, step: Measure, at: Timestamp, who: impl Display) {
        for reached in funnel::STEPS {
            self.see(reached, at, &who);
            if reached == step {
                break;
            }
        }
    }

    /// Notes when somebody registered.
    pub fn register(&mut self, user: UserId, at: Timestamp) {
        self.members.entry(user).or_insert(at);
    }

    /// Notes what happened to a cart.
    ///
    /// # Errors
    /// [`Absurd`] if the amount cannot be meant; the tally is to be thrown away then.
    pub fn cart_moment(&mut self, moment: CartMoment) -> Result<(), Absurd> {
        countable(moment.amount)?;
        self.carts.push(moment);
        Ok(())
    }

    /// Counts a look at a product.
    pub fn view(&mut self, at: Timestamp, product: ProductId) {
        self.shelf(at, product, self.currency).views += 1;
    }

    /// Counts units put into a cart.
    pub fn cart(&mut self, at: Timestamp, product: ProductId, units: u32, currency: Currency) {
        self.shelf(at, product, currency).carted += i64::from(units);
    }

    /// Counts units sold.
    ///
    /// # Errors
    /// [`Absurd`] if what they cost together cannot be meant; the tally is to be thrown away then.
    pub fn sell(
        &mut self,
        at: Timestamp,
        product: ProductId,
        units: u32,
        unit_price: Money,
    ) -> Result<(), Absurd> {
        let cost = unit_price.times(units).map_err(|_| Absurd(unit_price))?;
        let revenue = countable(cost)?;
        let sales = self.shelf(at, product, cost.currency());
        sales.sold += i64::from(units);
        sales.revenue += revenue;
        Ok(())
    }

    fn shelf(&mut self, at: Timestamp, product: ProductId, currency: Currency) -> &mut Sales {
        let day = Grain::Day.start(at);
        let shelf = Shelf {
            day,
            product,
            currency,
        };
        self.shelves.entry(shelf).or_default()
    }

    /// Notes what people call a product.
    pub fn label(&mut self, product: ProductId, sku: &str, name: &str) {
        self.labels.entry(product).or_insert_with(|| Label {
            sku: sku.to_owned(),
            name: name.to_owned(),
        });
    }

    /// Notes which order has this number.
    pub fn number(&mut self, number: &str, order: OrderId) {
        self.numbers.insert(number.to_owned(), order);
    }

    /// What is to be saved.
    #[must_use]
    pub fn finish(self) -> Additions {
        let mut sums: BTreeMap<Place, Sum> = BTreeMap::new();
        for ((minute, measure, currency), sum) in self.minutes {
            for &grain in measure.grains() {
                let place = Place {
                    grain,
                    start: grain.start(minute),
                    measure,
                    currency,
                };
                sums.entry(place).or_default().add(sum);
            }
        }
        Additions {
            sums,
            sightings: self.sightings.into_iter().collect(),
            shelves: self.shelves.into_iter().collect(),
            labels: self.labels,
            numbers: self.numbers.into_iter().collect(),
            members: self.members,
            carts: self.carts,
        }
    }
}

impl Additions {
    /// Counts those who had not been seen that day, week or month.
    pub fn count_new<'a>(&mut self, new: impl IntoIterator<Item = &'a Sighting>) {
        for sighting in new {
            let place = Place {
                grain: sighting.grain,
                start: sighting.start,
                measure: sighting.measure,
                currency: None,
            };
            let sum = self.sums.entry(place).or_default();
            sum.add(Sum { count: 1, minor: 0 });
        }
    }

    /// Counts the carts that are recovered now and takes away those that no longer are: `known` is what was known of each
    /// cart before, `new` what is new. All of them are of one cart.
    pub fn count_recovered(&mut self, known: &[CartMoment], new: &[CartMoment]) {
        let together = [known, new].concat();
        for (change, moments) in [(-1, known), (1, together.as_slice())] {
            for (at, money) in carts::recovered(moments) {
                self.recover(at, money, change);
            }
        }
    }

    /// Counts a cart given up at this time as recovered, or (`change` is -1) as not.
    pub fn recover(&mut self, at: Timestamp, money: Money, change: i64) {
        for &grain in Measure::CartsRecovered.grains() {
            let place = Place {
                grain,
                start: grain.start(at),
                measure: Measure::CartsRecovered,
                currency: Some(money.currency()),
            };
            let sum = self.sums.entry(place).or_default();
            sum.add(Sum {
                count: change,
                minor: change.saturating_mul(money.minor()),
            });
        }
    }
}

fn countable(amount: Money) -> Result<i64, Absurd> {
    let minor = amount.minor();
    if (0..=MOST_MONEY).contains(&minor) {
        return Ok(minor);
    }
    Err(Absurd(amount))
}

#[cfg(test)]
mod tests;
