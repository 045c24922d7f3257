//! What holds for whatever is bought.

use super::*;
use proptest::prelude::*;

const CATEGORIES: [&str; 4] = ["tea", "books", "toys", "other"];

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let category = prop::sample::select(&CATEGORIES[..]);
    prop::collection::vec(
        (category, 0..1_000_000_i64, 1..1_000_u32)
            .prop_map(|(category, unit, quantity)| Line(category, unit, quantity)),
        1..20,
    )
}

/// Few prices, so that lines often have the same remainders.
fn similar_lines() -> impl Strategy<Value = Vec<Line>> {
    let category = prop::sample::select(&CATEGORIES[..]);
    let line = (category, 1..4_i64, 1..4_u32);
    let line = line.prop_map(|(category, unit, quantity)| Line(category, unit, quantity));
    prop::collection::vec(line, 1..12)
}

fn coupons() -> impl Strategy<Value = Option<Coupon>> {
    let amount = |most: i64| (0..most).prop_map(rupees);
    let off = prop_oneof![
        (0..=10_000_u32, prop::option::of(amount(1_000_000))).prop_map(
            |(basis_points, at_most)| Off::Percentage {
                basis_points,
                at_most
            }
        ),
        amount(10_000_000).prop_map(Off::Amount),
        amount(30).prop_map(Off::Amount),
    ];
    let coupon = off.prop_map(|off| Coupon {
        code: "SOME".to_owned(),
        off,
        minimum: None,
    });
    prop::option::of(coupon)
}

fn tariffs() -> impl Strategy<Value = Tariff> {
    let rate = (0..4_usize, prop::bool::ANY, 0..3_000_u32);
    let rates = prop::collection::vec(rate, 0..5);
    (
        0..100_000_i64,
        prop::option::of(0..1_000_000_i64),
        0..3_000_u32,
        rates,
    )
        .prop_map(|(fee, threshold, points, rates)| {
            let mut tariff = Tariff::uniform(points, rupees(fee), threshold.map(rupees));
            tariff.tax.rates = rates
                .into_iter()
                .map(|(category, in_goa, basis_points)| TaxRate {
                    category: Some(CATEGORIES[category].to_owned()),
                    region: in_goa.then(|| Region::of("IN", "Goa")),
                    basis_points,
                })
                .collect();
            tariff
        })
}

fn priced(lines: &[Line], coupon: Option<&Coupon>, tariff: &Tariff) -> Breakdown {
    let goa = Region::of("IN", "Goa");
    let terms = Terms {
        coupon,
        region: Some(&goa),
    };
    breakdown(lines, &terms, tariff).unwrap()
}

fn sum(amounts: impl IntoIterator<Item = Money>) -> Money {
    Money::sum(Currency::INR, amounts).unwrap()
}

proptest! {
    #[test]
    fn the_total_is_the_sum_of_its_parts_and_nothing_is_negative(lines in lines(), coupon in coupons(), tariff in tariffs()) {
        let goods: i64 = lines.iter().map(|line| line.1 * i64::from(line.2)).sum();
        let price = priced(&lines, coupon.as_ref(), &tariff).price;
        prop_assert_eq!(price.subtotal.minor(), goods);
        prop_assert_eq!(
            price.total.minor(),
            price.subtotal.minor() - price.discount.minor() + price.tax.minor() + price.delivery_fee.minor()
        );
        for part in [price.subtotal, price.discount, price.tax, price.delivery_fee, price.total] {
            prop_assert!(!part.is_negative());
        }
        prop_assert!(price.discount.minor() <= goods);
    }

    #[test]
    fn the_shares_of_the_lines_sum_to_the_discount_and_none_exceeds_its_line(lines in lines(), coupon in coupons(), tariff in tariffs()) {
        let priced = priced(&lines, coupon.as_ref(), &tariff);
        prop_assert_eq!(priced.discounts.len(), lines.len());
        prop_assert_eq!(sum(priced.discounts.iter().copied()), priced.price.discount);
        for (line, share) in lines.iter().zip(&priced.discounts) {
            let cost = i128::from(line.1) * i128::from(line.2);
            prop_assert!(!share.is_negative() && i128::from(share.minor()) <= cost);
            let off = i128::from(share.minor()) * i128::from(priced.price.subtotal.minor()) - cost * i128::from(priced.price.discount.minor());
            prop_assert!(off.abs() < i128::from(priced.price.subtotal.minor()).max(1), "less than a minor unit from exact");
        }
    }

    #[test]
    fn taxes_sum_to_the_tax_and_are_never_further_than_half_a_minor_unit_from_exact(lines in lines(), coupon in coupons(), tariff in tariffs()) {
        let priced = priced(&lines, coupon.as_ref(), &tariff);
        prop_assert_eq!(sum(priced.taxes.iter().map(|tax| tax.amount)), priced.price.tax);
        prop_assert_eq!(
            sum(priced.taxes.iter().map(|tax| tax.goods)).minor(),
            priced.price.subtotal.minor() - priced.price.discount.minor()
        );
        for tax in &priced.taxes {
            let exact = i128::from(tax.goods.minor()) * i128::from(tax.basis_points);
            let off = i128::from(tax.amount.minor()) * 10_000 - exact;
            prop_assert!(off > -5_000 && off <= 5_000);
        }
    }

    #[test]
    fn the_order_of_the_lines_does_not_matter(
        (lines, turned) in prop_oneof![lines(), similar_lines()].prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        coupon in coupons(),
        tariff in tariffs(),
    ) {
        let (one, other) = (priced(&lines, coupon.as_ref(), &tariff), priced(&turned, coupon.as_ref(), &tariff));
        prop_assert_eq!(one.price, other.price);
        prop_assert_eq!(one.taxes, other.taxes);
    }
}
