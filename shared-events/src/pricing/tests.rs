use super::*;
use crate::ProductId;

mod coupons;
mod properties;
mod regions;

fn rupees(minor: i64) -> Money {
    Money::from_minor(minor, Currency::INR)
}

fn line(unit_minor: i64, quantity: u32) -> OrderLine {
    OrderLine {
        product_id: ProductId::new(),
        sku: "SKU".to_owned(),
        name: "thing".to_owned(),
        quantity: Quantity::new(quantity).unwrap(),
        unit_price: rupees(unit_minor),
    }
}

/// A line of a category.
#[derive(Clone, Debug)]
struct Line(&'static str, i64, u32);

impl Priced for Line {
    fn unit_price(&self) -> Money {
        rupees(self.1)
    }

    fn quantity(&self) -> Quantity {
        Quantity::new(self.2).unwrap()
    }

    fn category(&self) -> Option<&str> {
        Some(self.0)
    }
}

fn tariff() -> Tariff {
    Tariff::uniform(500, rupees(4000), Some(rupees(50_000)))
}

fn off(amount: i64) -> Coupon {
    Coupon {
        code: "OFF".to_owned(),
        off: Off::Amount(rupees(amount)),
        minimum: None,
    }
}

fn with(coupon: &Coupon) -> Terms<'_> {
    Terms {
        coupon: Some(coupon),
        region: None,
    }
}

const PLAIN: Terms<'static> = Terms {
    coupon: None,
    region: None,
};

#[test]
fn goods_tax_and_delivery_make_the_total() {
    let price = price(&[line(19_900, 2), line(1050, 1)], &PLAIN, &tariff()).unwrap();
    assert_eq!(price.subtotal, rupees(40_850));
    assert_eq!(price.tax, rupees(2043), "5 % of 408.50 is 20.425");
    assert_eq!(price.delivery_fee, rupees(4000));
    assert_eq!(price.total, rupees(46_893));
}

#[test]
fn half_a_minor_unit_of_tax_is_rounded_up_and_less_is_dropped() {
    let tax = |goods| price(&[line(goods, 1)], &PLAIN, &tariff()).unwrap().tax;
    assert_eq!(tax(9), rupees(0), "0.45");
    assert_eq!(tax(10), rupees(1), "0.50");
    assert_eq!(tax(29), rupees(1), "1.45");
    assert_eq!(tax(30), rupees(2), "1.50");
}

#[test]
fn tax_is_rounded_once_per_order_not_per_line() {
    let lines: Vec<_> = (0..10).map(|_| line(9, 1)).collect();
    assert_eq!(
        price(&lines, &PLAIN, &tariff()).unwrap().tax,
        rupees(5),
        "5 % of 0.90 is 4.5 paise"
    );
}

#[test]
fn delivery_is_free_from_the_threshold_on() {
    let fee = |goods| {
        price(&[line(goods, 1)], &PLAIN, &tariff())
            .unwrap()
            .delivery_fee
    };
    assert_eq!(fee(49_999), rupees(4000));
    assert_eq!(fee(50_000), rupees(0));
}

#[test]
fn nothing_other_money_and_too_much_are_refused() {
    assert_eq!(
        price(&[] as &[OrderLine], &PLAIN, &tariff()),
        Err(Error::Empty)
    );
    assert_eq!(
        price(&[line(-1, 1)], &PLAIN, &tariff()),
        Err(Error::OutOfRange)
    );
    assert_eq!(
        price(&[line(i64::MAX, 2)], &PLAIN, &tariff()),
        Err(Error::TooLarge)
    );
    let dollars: Currency = "USD".parse().unwrap();
    let mut foreign = line(100, 1);
    foreign.unit_price = Money::from_minor(100, dollars);
    assert_eq!(
        price(&[foreign], &PLAIN, &tariff()),
        Err(Error::OtherCurrency)
    );
}
