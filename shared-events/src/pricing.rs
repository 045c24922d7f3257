//! What carts and orders cost: a pure function of their lines, a discount and the shop's tariff. It stands here so that the
//! shopper is told the same sum by the service that shows the cart and by the one that takes the order.
//!
//! Every amount is whole minor units. One figure is rounded: the tax, once for the whole order, half a minor unit up.

use crate::{Currency, Money, OrderLine, Quantity, money};

/// What the shop charges beside the goods; comes from configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// The only currency that the shop sells in.
    pub currency: Currency,
    /// Charged once per order, untaxed.
    pub delivery_fee: Money,
    /// From this value of goods (after the discount) on delivery costs nothing; `None`: it always costs.
    pub free_delivery_from: Option<Money>,
    /// Tax on the goods after the discount, in hundredths of a percent: 500 is 5 %.
    pub tax_basis_points: u32,
}

/// The amounts of one order; `total = subtotal - discount + tax + delivery_fee`, none of them negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The sum of unit price times quantity.
    pub subtotal: Money,
    /// Taken off the subtotal, at most all of it.
    pub discount: Money,
    /// On `subtotal - discount`, rounded half up.
    pub tax: Money,
    /// The tariff's fee, or zero from the free-delivery threshold on.
    pub delivery_fee: Money,
    /// What the shopper pays.
    pub total: Money,
}

/// Why an order cannot be priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is nothing to buy.
    #[error("an order needs at least one line")]
    Empty,
    /// A line, the discount or the tariff is not in the shop's currency.
    #[error("an amount is not in the shop's currency")]
    OtherCurrency,
    /// A unit price or the discount is below zero, or the discount exceeds the goods.
    #[error("a price or discount is out of range")]
    OutOfRange,
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
}

impl Priced for OrderLine {
    fn unit_price(&self) -> Money {
        self.unit_price
    }

    fn quantity(&self) -> Quantity {
        self.quantity
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

/// Prices the `lines` under the `tariff`.
///
/// ```text
/// subtotal     = Σ unit price × quantity
/// tax          = (subtotal − discount) × tax rate, rounded half up to the minor unit
/// delivery fee = 0 if subtotal − discount ≥ threshold, else the tariff's fee
/// total        = subtotal − discount + tax + delivery fee
/// ```
pub fn price(lines: &[impl Priced], discount: Money, tariff: &Tariff) -> Result<Price, Error> {
    if lines.is_empty() {
        return Err(Error::Empty);
    }
    let subtotal = subtotal(lines, tariff.currency)?;
    if discount.is_negative() {
        return Err(Error::OutOfRange);
    }
    let goods = subtotal.checked_sub(discount)?;
    if goods.is_negative() {
        return Err(Error::OutOfRange);
    }
    let tax = goods.basis_points(tariff.tax_basis_points)?;
    let delivery_fee = delivery_fee(goods, tariff);
    let total = goods.checked_add(tax)?.checked_add(delivery_fee)?;
    Ok(Price {
        subtotal,
        discount,
        tax,
        delivery_fee,
        total,
    })
}

fn subtotal(lines: &[impl Priced], currency: Currency) -> Result<Money, Error> {
    lines.iter().try_fold(Money::zero(currency), |sum, line| {
        if line.unit_price().is_negative() {
            return Err(Error::OutOfRange);
        }
        Ok(sum.checked_add(line.unit_price().times(line.quantity().get())?)?)
    })
}

fn delivery_fee(goods: Money, tariff: &Tariff) -> Money {
    match tariff.free_delivery_from {
        Some(threshold) if goods.minor() >= threshold.minor() => Money::zero(tariff.currency),
        _ => tariff.delivery_fee,
    }
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
