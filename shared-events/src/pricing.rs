//! What carts and orders cost: a pure function of their lines, a coupon, where they go and the shop's tariff. It stands here so
//! that the shopper is told the same sum by the service that shows the cart and by the one that takes the order.
//!
//! ```text
//! subtotal     = Σ unit price × quantity
//! discount     = what the coupon takes off, at most the subtotal
//! tax          = Σ over the rates: (the goods taxed at it, less their share of the discount) × rate
//! delivery fee = 0 if subtotal − discount ≥ the region's threshold, else the region's fee; untaxed
//! total        = subtotal − discount + tax + delivery fee
//! ```
//!
//! **Rounding.** Every amount is whole minor units, and three things are rounded, nothing else:
//! - the discount of a percentage, once per order, half a minor unit up;
//! - the shares of the lines in the discount, in proportion to what the lines cost, by largest remainder: each line gets its exact
//!   share rounded down, and what is left goes, a minor unit each, to the lines that lost most by it. So the shares sum to the
//!   discount, and none exceeds its line. Lines that lost as much as each other come in the order of what they cost (more first),
//!   then of their rate (higher first), so that the order of the lines in the cart changes no sum;
//! - the tax, once per rate and order (not per line), half a minor unit up.

mod coupon;
mod delivery;
mod region;
mod tax;

use crate::{Currency, Money, OrderLine, Quantity, money};

pub use coupon::{Coupon, Off};
pub use delivery::{DeliveryRate, DeliveryRules};
pub use region::{NoRegion, Region};
pub use tax::{Tax, TaxRate, TaxRules};

/// What the shop charges beside the goods; comes from configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// The only currency that the shop sells in.
    pub currency: Currency,
    /// On the goods after the discount.
    pub tax: TaxRules,
    /// Charged once per order, untaxed.
    pub delivery: DeliveryRules,
}

/// What the price depends on beside the lines and the tariff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms<'a> {
    /// The coupon that is used.
    pub coupon: Option<&'a Coupon>,
    /// Where the goods go; unknown until there is an address.
    pub region: Option<&'a Region>,
}

/// The amounts of one order; `total = subtotal - discount + tax + delivery_fee`, none of them negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The sum of unit price times quantity.
    pub subtotal: Money,
    /// Taken off the subtotal, at most all of it.
    pub discount: Money,
    /// On `subtotal - discount`, rounded half up per rate.
    pub tax: Money,
    /// The region's fee, or zero from the free-delivery threshold on.
    pub delivery_fee: Money,
    /// What the shopper pays.
    pub total: Money,
}

/// A price with what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// The sums.
    pub price: Price,
    /// For each line, in their order, its part in the discount: they sum to it.
    pub discounts: Vec<Money>,
    /// The tax by rate, lowest first, with the goods that it is on: they sum to the tax and to `subtotal - discount`.
    pub taxes: Vec<Tax>,
}

/// Why an order cannot be priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is nothing to buy.
    #[error("an order needs at least one line")]
    Empty,
    /// A line, the coupon or the tariff is not in the shop's currency.
    #[error("an amount is not in the shop's currency")]
    OtherCurrency,
    /// A unit price or what the coupon takes off is below zero, or the coupon takes off more than everything.
    #[error("a price or discount is out of range")]
    OutOfRange,
    /// The goods cost less than the coupon asks for.
    #[error("the goods cost less than the coupon asks for")]
    BelowMinimum,
    /// The sum does not fit an amount of money.
    #[error("the amount is too large")]
    TooLarge,
}

/// The part of a line that its price depends on.
pub trait Priced {
    /// What one unit costs.
    fn unit_price(&self) -> Money;
    /// How many units.
    fn quantity(&self) -> Quantity;
    /// The slug of the category that the product is taxed as.
    fn category(&self) -> Option<&str> {
        None
    }
}

impl Priced for OrderLine {
    fn unit_price(&self) -> Money {
        self.unit_price
    }

    fn quantity(&self) -> Quantity {
        self.quantity
    }
}

impl Tariff {
    /// The same tax and fee on everything and everywhere.
    pub const fn uniform(
        tax_basis_points: u32,
        delivery_fee: Money,
        free_delivery_from: Option<Money>,
    ) -> Self {
        Self {
            currency: delivery_fee.currency(),
            tax: TaxRules {
                default_basis_points: tax_basis_points,
                rates: Vec::new(),
            },
            delivery: DeliveryRules {
                fee: delivery_fee,
                free_from: free_delivery_from,
                regions: Vec::new(),
            },
        }
    }
}

impl Price {
    /// What nothing costs.
    pub const fn nothing(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self {
            subtotal: zero,
            discount: zero,
            tax: zero,
            delivery_fee: zero,
            total: zero,
        }
    }
}

/// Prices the `lines` on these `terms` under the `tariff`.
pub fn price(lines: &[impl Priced], terms: &Terms, tariff: &Tariff) -> Result<Price, Error> {
    breakdown(lines, terms, tariff).map(|breakdown| breakdown.price)
}

/// The same with what the price is made of.
pub fn breakdown(
    lines: &[impl Priced],
    terms: &Terms,
    tariff: &Tariff,
) -> Result<Breakdown, Error> {
    if lines.is_empty() {
        return Err(Error::Empty);
    }
    let parts = parts(lines, terms, tariff)?;
    let subtotal = Money::sum(tariff.currency, parts.iter().map(|part| part.cost))?;
    let discount = match terms.coupon {
        Some(coupon) => coupon.discount(subtotal)?,
        None => Money::zero(tariff.currency),
    };
    let discounts = spread(discount, subtotal, &parts);
    let goods = parts
        .iter()
        .zip(&discounts)
        .map(|(part, share)| Ok((part.basis_points, part.cost.checked_sub(*share)?)));
    let taxes = tax::by_rate(goods.collect::<Result<Vec<_>, Error>>()?)?;
    let tax = Money::sum(tariff.currency, taxes.iter().map(|tax| tax.amount))?;
    let goods = subtotal.checked_sub(discount)?;
    let delivery_fee = tariff.delivery.fee(goods, terms.region);
    let total = goods.checked_add(tax)?.checked_add(delivery_fee)?;
    Ok(Breakdown {
        price: Price {
            subtotal,
            discount,
            tax,
            delivery_fee,
            total,
        },
        discounts,
        taxes,
    })
}

/// A line as far as the sums go.
struct Part {
    cost: Money,
    basis_points: u32,
}

fn parts(lines: &[impl Priced], terms: &Terms, tariff: &Tariff) -> Result<Vec<Part>, Error> {
    lines
        .iter()
        .map(|line| {
            let unit = line.unit_price();
            if unit.currency() != tariff.currency {
                return Err(Error::OtherCurrency);
            }
            if unit.is_negative() {
                return Err(Error::OutOfRange);
            }
            Ok(Part {
                cost: unit.times(line.quantity().get())?,
                basis_points: tariff.tax.rate(line.category(), terms.region),
            })
        })
        .collect()
}

/// Each line's part in the discount, by largest remainder.
fn spread(discount: Money, subtotal: Money, parts: &[Part]) -> Vec<Money> {
    let zero = Money::zero(discount.currency());
    if discount.is_zero() {
        return vec![zero; parts.len()];
    }
    let whole = i128::from(subtotal.minor());
    let exact = |part: &Part| i128::from(discount.minor()) * i128::from(part.cost.minor());
    let mut shares: Vec<i128> = parts.iter().map(|part| exact(part) / whole).collect();
    let left = i128::from(discount.minor()) - shares.iter().sum::<i128>();
    let mut places: Vec<usize> = (0..parts.len()).collect();
    places.sort_by_key(|place| {
        let part = &parts[*place];
        std::cmp::Reverse((exact(part) % whole, part.cost.minor(), part.basis_points))
    });
    let left = usize::try_from(left).expect("less than a minor unit of each line is left");
    for place in places.into_iter().take(left) {
        shares[place] += 1;
    }
    let share = |share| i64::try_from(share).expect("a share is no more than the discount");
    let shares = shares.into_iter().map(share);
    shares
        .map(|minor| Money::from_minor(minor, discount.currency()))
        .collect()
}

impl From<money::Error> for Error {
    fn from(error: money::Error) -> Self {
        match error {
            money::Error::Currencies(..) => Self::OtherCurrency,
            money::Error::Currency | money::Error::Amount(_) | money::Error::Overflow => {
                Self::TooLarge
            }
        }
    }
}

#[cfg(test)]
mod tests;
