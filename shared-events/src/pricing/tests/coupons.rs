//! What coupons take off.

use super::*;

fn percent(basis_points: u32, at_most: Option<i64>) -> Coupon {
    Coupon {
        code: "PART".to_owned(),
        off: Off::Percentage {
            basis_points,
            at_most: at_most.map(rupees),
        },
        minimum: None,
    }
}

fn discount(coupon: &Coupon, goods: i64) -> Result<i64, Error> {
    price(&[line(goods, 1)], &with(coupon), &tariff()).map(|price| price.discount.minor())
}

#[test]
fn a_discount_lowers_tax_and_may_cost_the_free_delivery() {
    let price = price(&[line(50_000, 1)], &with(&off(10_000)), &tariff()).unwrap();
    assert_eq!(
        (price.tax, price.delivery_fee, price.total),
        (rupees(2000), rupees(4000), rupees(46_000))
    );
}

#[test]
fn an_amount_takes_off_no_more_than_everything() {
    assert_eq!(discount(&off(99), 100), Ok(99));
    assert_eq!(discount(&off(101), 100), Ok(100));
}

#[test]
fn a_percentage_is_rounded_half_up_and_has_its_bound() {
    assert_eq!(discount(&percent(1000, None), 14), Ok(1), "1.4");
    assert_eq!(discount(&percent(1000, None), 15), Ok(2), "1.5");
    assert_eq!(discount(&percent(1000, Some(50)), 1000), Ok(50));
    assert_eq!(discount(&percent(10_000, None), 1000), Ok(1000));
}

#[test]
fn a_minimum_is_of_the_goods_before_the_discount() {
    let coupon = Coupon {
        minimum: Some(rupees(500)),
        ..off(100)
    };
    assert_eq!(discount(&coupon, 499), Err(Error::BelowMinimum));
    assert_eq!(discount(&coupon, 500), Ok(100));
}

#[test]
fn a_coupon_that_cannot_be_is_refused() {
    assert_eq!(discount(&off(-1), 100), Err(Error::OutOfRange));
    assert_eq!(
        discount(&percent(10_001, None), 100),
        Err(Error::OutOfRange)
    );
    assert_eq!(
        discount(&percent(1000, Some(-1)), 100),
        Err(Error::OutOfRange)
    );
    let dollars = Coupon {
        off: Off::Amount(Money::from_minor(1, "USD".parse().unwrap())),
        ..off(0)
    };
    assert_eq!(discount(&dollars, 100), Err(Error::OtherCurrency));
}

#[test]
fn the_discount_is_spread_by_largest_remainder() {
    let lines = [line(100, 1), line(100, 1), line(100, 1)];
    let parts = breakdown(&lines, &with(&off(200)), &tariff()).unwrap();
    assert_eq!(
        parts.discounts,
        [rupees(67), rupees(67), rupees(66)],
        "66.67 each, and two of three are rounded up"
    );
    let lines = [line(10, 1), line(70, 1), line(20, 1)];
    let parts = breakdown(&lines, &with(&off(33)), &tariff()).unwrap();
    assert_eq!(
        parts.discounts,
        [rupees(3), rupees(23), rupees(7)],
        "of 3.3, 23.1 and 6.6"
    );
}

#[test]
fn a_coupon_travels_as_json() {
    for (coupon, text) in [
        (
            percent(1000, Some(50)),
            r#"{"code":"PART","off":{"percentage":{"basisPoints":1000,"atMost":{"amount":"0.50","currency":"INR"}}}}"#,
        ),
        (
            Coupon {
                minimum: Some(rupees(500)),
                ..off(100)
            },
            r#"{"code":"OFF","off":{"amount":{"amount":"1.00","currency":"INR"}},"minimum":{"amount":"5.00","currency":"INR"}}"#,
        ),
    ] {
        assert_eq!(serde_json::to_string(&coupon).unwrap(), text);
        assert_eq!(serde_json::from_str::<Coupon>(text).unwrap(), coupon);
    }
}
