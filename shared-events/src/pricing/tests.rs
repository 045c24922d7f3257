use super::*;
use crate::ProductId;
use proptest::prelude::*;

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

fn tariff() -> Tariff {
    Tariff {
        currency: Currency::INR,
        delivery_fee: rupees(4000),
        free_delivery_from: Some(rupees(50_000)),
        tax_basis_points: 500,
    }
}

#[test]
fn goods_tax_and_delivery_make_the_total() {
    let price = price(&[line(19_900, 2), line(1050, 1)], rupees(0), &tariff()).unwrap();
    assert_eq!(price.subtotal, rupees(40_850));
    assert_eq!(price.tax, rupees(2043), "5 % of 408.50 is 20.425");
    assert_eq!(price.delivery_fee, rupees(4000));
    assert_eq!(price.total, rupees(46_893));
}

#[test]
fn half_a_minor_unit_of_tax_is_rounded_up_and_less_is_dropped() {
    let tax = |goods| price(&[line(goods, 1)], rupees(0), &tariff()).unwrap().tax;
    assert_eq!(tax(9), rupees(0), "0.45");
    assert_eq!(tax(10), rupees(1), "0.50");
    assert_eq!(tax(29), rupees(1), "1.45");
    assert_eq!(tax(30), rupees(2), "1.50");
}

#[test]
fn tax_is_rounded_once_per_order_not_per_line() {
    let lines: Vec<_> = (0..10).map(|_| line(9, 1)).collect();
    assert_eq!(
        price(&lines, rupees(0), &tariff()).unwrap().tax,
        rupees(5),
        "5 % of 0.90 is 4.5 paise"
    );
}

#[test]
fn delivery_is_free_from_the_threshold_on() {
    let fee = |goods| {
        price(&[line(goods, 1)], rupees(0), &tariff())
            .unwrap()
            .delivery_fee
    };
    assert_eq!(fee(49_999), rupees(4000));
    assert_eq!(fee(50_000), rupees(0));
}

#[test]
fn a_discount_lowers_tax_and_may_cost_the_free_delivery() {
    let price = price(&[line(50_000, 1)], rupees(10_000), &tariff()).unwrap();
    assert_eq!(
        (price.tax, price.delivery_fee, price.total),
        (rupees(2000), rupees(4000), rupees(46_000))
    );
}

#[test]
fn a_discount_above_the_goods_or_below_zero_is_refused() {
    assert_eq!(
        price(&[line(100, 1)], rupees(101), &tariff()),
        Err(Error::OutOfRange)
    );
    assert_eq!(
        price(&[line(100, 1)], rupees(-1), &tariff()),
        Err(Error::OutOfRange)
    );
}

#[test]
fn nothing_other_money_and_too_much_are_refused() {
    assert_eq!(
        price(&[] as &[OrderLine], rupees(0), &tariff()),
        Err(Error::Empty)
    );
    assert_eq!(
        price(&[line(-1, 1)], rupees(0), &tariff()),
        Err(Error::OutOfRange)
    );
    assert_eq!(
        price(&[line(i64::MAX, 2)], rupees(0), &tariff()),
        Err(Error::TooLarge)
    );
    let dollars: Currency = "USD".parse().unwrap();
    let mut foreign = line(100, 1);
    foreign.unit_price = Money::from_minor(100, dollars);
    assert_eq!(
        price(&[foreign], rupees(0), &tariff()),
        Err(Error::OtherCurrency)
    );
}

fn lines() -> impl Strategy<Value = Vec<OrderLine>> {
    prop::collection::vec(
        (0..1_000_000_i64, 1..1_000_u32).prop_map(|(unit, quantity)| line(unit, quantity)),
        1..20,
    )
}

fn tariffs() -> impl Strategy<Value = Tariff> {
    (
        0..100_000_i64,
        prop::option::of(0..1_000_000_i64),
        0..3_000_u32,
    )
        .prop_map(|(fee, threshold, tax_basis_points)| Tariff {
            currency: Currency::INR,
            delivery_fee: rupees(fee),
            free_delivery_from: threshold.map(rupees),
            tax_basis_points,
        })
}

proptest! {
    #[test]
    fn the_total_is_the_sum_of_its_parts_and_nothing_is_negative(lines in lines(), tariff in tariffs(), share in 0..=100_i64) {
        let goods: i64 = lines.iter().map(|line| line.unit_price.minor() * i64::from(line.quantity.get())).sum();
        let discount = rupees(goods / 100 * share);
        let price = price(&lines, discount, &tariff).unwrap();
        prop_assert_eq!(price.subtotal.minor(), goods);
        prop_assert_eq!(
            price.total.minor(),
            price.subtotal.minor() - price.discount.minor() + price.tax.minor() + price.delivery_fee.minor()
        );
        for part in [price.subtotal, price.discount, price.tax, price.delivery_fee, price.total] {
            prop_assert!(!part.is_negative());
        }
    }

    #[test]
    fn tax_is_never_further_than_half_a_minor_unit_from_exact(lines in lines(), tariff in tariffs()) {
        let price = price(&lines, rupees(0), &tariff).unwrap();
        let exact = i128::from(price.subtotal.minor()) * i128::from(tariff.tax_basis_points);
        let off = i128::from(price.tax.minor()) * 10_000 - exact;
        prop_assert!(off > -5_000 && off <= 5_000);
    }

    #[test]
    fn the_order_of_the_lines_does_not_matter(lines in lines(), tariff in tariffs()) {
        let mut turned = lines.clone();
        turned.reverse();
        prop_assert_eq!(price(&lines, rupees(0), &tariff), price(&turned, rupees(0), &tariff));
    }
}
