use super::*;
use shared_events::Currency;

const NOW: Timestamp = Timestamp::from_micros(1_000_000);

fn coupon() -> Coupon {
    Coupon {
        code: "WELCOME".parse().unwrap(),
        off: Off::Amount(Money::from_minor(100, Currency::INR)),
        minimum: None,
        valid_from: None,
        valid_until: None,
        per_user: None,
        total: None,
        active: true,
        taken: 0,
        created_at: NOW,
    }
}

fn refusal(coupon: &Coupon, taken_by_them: usize) -> Option<Problem> {
    coupon.usable(NOW, taken_by_them).err()
}

#[test]
fn a_coupon_may_be_used_within_its_time() {
    let at = |micros| Some(Timestamp::from_micros(micros));
    let within = |valid_from, valid_until| Coupon {
        valid_from,
        valid_until,
        ..coupon()
    };
    assert_eq!(refusal(&within(at(1_000_000), at(1_000_001)), 0), None);
    assert_eq!(
        refusal(&within(at(1_000_001), None), 0),
        Some(Problem::NotYetValid)
    );
    assert_eq!(
        refusal(&within(None, at(1_000_000)), 0),
        Some(Problem::Expired)
    );
}

#[test]
fn a_coupon_may_be_used_so_often_by_one_and_by_all() {
    let limited = |taken| Coupon {
        total: Some(3),
        per_user: Some(2),
        taken,
        ..coupon()
    };
    assert_eq!(refusal(&limited(2), 1), None);
    assert_eq!(refusal(&limited(3), 0), Some(Problem::UsedUp));
    assert_eq!(refusal(&limited(2), 2), Some(Problem::UsedUp));
}

#[test]
fn a_coupon_that_is_switched_off_is_not_told_of() {
    let off = Coupon {
        active: false,
        valid_until: Some(NOW),
        ..coupon()
    };
    assert_eq!(refusal(&off, 0), Some(Problem::Unknown));
}

#[test]
fn codes_are_kept_in_capitals_and_have_bounds() {
    assert_eq!(
        " spring-25_a ".parse::<Code>().unwrap().as_str(),
        "SPRING-25_A"
    );
    for bad in ["", "AB", "TWO WORDS", "ÄPFEL", &"A".repeat(33)] {
        assert_eq!(bad.parse::<Code>(), Err(NoCode), "{bad}");
    }
}

#[test]
fn a_guest_is_known_by_the_hash_of_their_address_however_it_is_spelt() {
    let holder = Holder::of_mail("Asha@Example.com ");
    assert_eq!(holder, Holder::of_mail("asha@example.com"));
    assert!(!holder.as_str().contains("asha") && holder.as_str().len() <= 80);
}
