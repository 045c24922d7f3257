use proptest::prelude::*;

use super::*;

fn inr(minor: i64) -> Money {
    Money::from_minor(minor, Currency::INR)
}

#[test]
fn an_amount_is_written_with_the_digits_of_its_currency() {
    let jpy: Currency = "JPY".parse().unwrap();
    let kwd: Currency = "KWD".parse().unwrap();
    assert_eq!(inr(19_900).amount().to_string(), "199.00");
    assert_eq!(inr(-5).amount().to_string(), "-0.05");
    assert_eq!(Money::from_minor(500, jpy).amount().to_string(), "500");
    assert_eq!(Money::from_minor(1_500, kwd).amount().to_string(), "1.500");
    assert_eq!(inr(i64::MIN).amount().to_string(), "-92233720368547758.08");
    assert_eq!(inr(19_900).to_string(), "INR 199.00");
}

#[test]
fn json_is_a_decimal_string_and_a_currency() {
    let json = r#"{"amount":"199.00","currency":"INR"}"#;
    assert_eq!(serde_json::to_string(&inr(19_900)).unwrap(), json);
    assert_eq!(serde_json::from_str::<Money>(json).unwrap(), inr(19_900));
}

#[test]
fn fewer_digits_are_read_and_more_are_refused() {
    assert_eq!(Money::parse("199", Currency::INR), Ok(inr(19_900)));
    assert_eq!(Money::parse("-0.5", Currency::INR), Ok(inr(-50)));
    for bad in [
        "", "-", ".5", "5.", "1.234", "1,00", "1e3", "+1", " 1", "1.-1", "--1", "٣",
    ] {
        assert_eq!(
            Money::parse(bad, Currency::INR),
            Err(Error::Amount(Currency::INR)),
            "{bad}"
        );
    }
    assert_eq!(
        Money::parse("92233720368547758.08", Currency::INR),
        Err(Error::Overflow)
    );
}

#[test]
fn a_float_is_no_amount_and_lower_case_no_currency() {
    for bad in [
        r#"{"amount":199.0,"currency":"INR"}"#,
        r#"{"amount":"199.00","currency":"inr"}"#,
        r#"{"amount":"199.00","currency":"RUPEE"}"#,
        r#"{"amount":"199.00"}"#,
    ] {
        assert!(serde_json::from_str::<Money>(bad).is_err(), "{bad}");
    }
}

#[test]
fn different_currencies_do_not_add_up() {
    let usd: Currency = "USD".parse().unwrap();
    assert_eq!(
        inr(1).checked_add(Money::from_minor(1, usd)),
        Err(Error::Currencies(Currency::INR, usd))
    );
}

#[test]
fn more_than_can_be_counted_is_an_error_not_a_wrap() {
    assert_eq!(inr(i64::MAX).checked_add(inr(1)), Err(Error::Overflow));
    assert_eq!(inr(i64::MIN).checked_sub(inr(1)), Err(Error::Overflow));
    assert_eq!(inr(i64::MAX).times(2), Err(Error::Overflow));
    assert_eq!(inr(i64::MAX).basis_points(20_000), Err(Error::Overflow));
}

#[test]
fn a_share_is_rounded_half_away_from_zero() {
    assert_eq!(inr(19_900).basis_points(1_800), Ok(inr(3_582)));
    assert_eq!(inr(5).basis_points(1_000), Ok(inr(1)));
    assert_eq!(inr(-5).basis_points(1_000), Ok(inr(-1)));
    assert_eq!(inr(4).basis_points(1_000), Ok(inr(0)));
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(minor: i64, code in "[A-Z]{3}") {
        let money = Money::from_minor(minor, code.parse().unwrap());
        let json = serde_json::to_string(&money).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
    }

    #[test]
    fn subtracting_undoes_adding(a in -1_i64 << 60..1 << 60, b in -1_i64 << 60..1 << 60) {
        prop_assert_eq!(inr(a).checked_add(inr(b)).and_then(|sum| sum.checked_sub(inr(b))), Ok(inr(a)));
    }

    #[test]
    fn times_is_repeated_addition(minor in -1_000_000_i64..1_000_000, factor in 0_u32..50) {
        let added = Money::sum(Currency::INR, (0..factor).map(|_| inr(minor)));
        prop_assert_eq!(inr(minor).times(factor), added);
    }
}
