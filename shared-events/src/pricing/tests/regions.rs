//! Tax and delivery by category and region.

use super::*;

fn region(text: &str) -> Region {
    text.parse().unwrap()
}

fn rate(category: &str, place: &str, basis_points: u32) -> TaxRate {
    TaxRate {
        category: (!category.is_empty()).then(|| category.to_owned()),
        region: (!place.is_empty()).then(|| region(place)),
        basis_points,
    }
}

fn rules() -> TaxRules {
    TaxRules {
        default_basis_points: 500,
        rates: vec![
            rate("books", "", 100),
            rate("", "IN", 900),
            rate("", "IN/Kerala", 1000),
            rate("books", "IN", 200),
            rate("books", "IN/Kerala", 300),
            rate("toys", "IN", 1100),
        ],
    }
}

#[test]
fn the_closest_rate_is_taken() {
    let rules = rules();
    let rate = |category: &str, place: &str| {
        let region = (!place.is_empty()).then(|| region(place));
        rules.rate((!category.is_empty()).then_some(category), region.as_ref())
    };
    assert_eq!(rate("", ""), 500);
    assert_eq!(rate("tea", "US/Ohio"), 500);
    assert_eq!(rate("books", ""), 100);
    assert_eq!(rate("books", "US/Ohio"), 100);
    assert_eq!(rate("tea", "IN/Goa"), 900);
    assert_eq!(rate("tea", "IN/Kerala"), 1000, "a state before its country");
    assert_eq!(rate("books", "IN/Goa"), 200);
    assert_eq!(rate("books", "IN/Kerala"), 300);
    assert_eq!(
        rate("toys", "IN/Kerala"),
        1100,
        "a rate for both before one for the region"
    );
    assert_eq!(rate("Books", "in/KERALA"), 300, "case does not matter");
}

#[test]
fn tax_is_rounded_once_per_rate() {
    let tariff = Tariff {
        tax: rules(),
        ..tariff()
    };
    let lines = [Line("tea", 9, 1), Line("books", 50, 1), Line("tea", 1, 1)];
    let priced = breakdown(&lines, &PLAIN, &tariff).unwrap();
    let tax = |basis_points, goods, amount| Tax {
        basis_points,
        goods: rupees(goods),
        amount: rupees(amount),
    };
    assert_eq!(priced.taxes, [tax(100, 50, 1), tax(500, 10, 1)]);
    assert_eq!(priced.price.tax, rupees(2));
}

#[test]
fn delivery_costs_what_it_costs_in_the_region() {
    let mut tariff = tariff();
    let rate = |place, fee, free_from| DeliveryRate {
        region: region(place),
        fee: rupees(fee),
        free_from,
    };
    tariff.delivery.regions = vec![
        rate("IN/Ladakh", 12_000, None),
        rate("US", 90_000, Some(rupees(500_000))),
    ];
    let fee = |place: &str, goods| {
        let region = region(place);
        let terms = Terms {
            region: Some(&region),
            ..PLAIN
        };
        let price = price(&[line(goods, 1)], &terms, &tariff).unwrap();
        price.delivery_fee.minor()
    };
    assert_eq!(fee("IN/Goa", 1), 4000);
    assert_eq!(fee("IN/Goa", 50_000), 0);
    assert_eq!(fee("IN/Ladakh", 1_000_000), 12_000);
    assert_eq!(fee("US/Ohio", 50_000), 90_000);
    assert_eq!(fee("US/Ohio", 500_000), 0);
}

#[test]
fn regions_are_written_with_or_without_a_state() {
    assert_eq!(region(" in / Karnataka "), Region::of("IN", "karnataka"));
    assert_eq!(region("IN"), Region::of("in", " "));
    assert_eq!(region("IN/Tamil Nadu").to_string(), "IN/tamil nadu");
    for bad in ["", "India", "IN/", "/Goa", "1N"] {
        assert_eq!(bad.parse::<Region>(), Err(NoRegion), "{bad}");
    }
}
