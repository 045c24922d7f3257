use proptest::prelude::*;

use shared_events::Money;
use shared_events::pricing::{Price, Tariff};

use super::*;

const NOW: Timestamp = Timestamp::from_micros(1_000);

fn rupees(minor: i64) -> Money {
    Money::from_minor(minor, Currency::INR)
}

fn units_of(units: u32) -> Quantity {
    Quantity::new(units).unwrap()
}

fn offer(price: i64) -> Offer {
    Offer {
        product_id: ProductId::new(),
        sku: "TEA-250".into(),
        name: "Assam tea".into(),
        category: None,
        price: rupees(price),
        version: 3,
        available: 10,
    }
}

fn cart_with(offers: &[(&Offer, u32)]) -> Cart {
    let mut cart = Cart::of_user(UserId::new(), NOW);
    for (offer, units) in offers {
        cart.add(offer, units_of(*units), NOW).unwrap();
    }
    cart
}

fn ordered(offer: &Offer, units: u32) -> OrderLine {
    OrderLine {
        product_id: offer.product_id,
        sku: offer.sku.clone(),
        name: offer.name.clone(),
        quantity: units_of(units),
        unit_price: offer.price,
    }
}

fn quote(asked: &[&Offer], offers: &[&Offer]) -> Quote {
    Quote {
        asked: asked.iter().map(|offer| offer.product_id).collect(),
        offers: offers.iter().map(|offer| (*offer).clone()).collect(),
    }
}

/// Names of what is in the cart, with units.
fn contents(cart: &Cart) -> Vec<(ProductId, u32)> {
    cart.items
        .iter()
        .map(|item| (item.product_id, item.quantity.get()))
        .collect()
}

#[test]
fn adding_the_same_product_again_adds_units() {
    let (tea, milk) = (offer(19_900), offer(3000));
    let cart = cart_with(&[(&tea, 2), (&milk, 1), (&tea, 3)]);
    assert_eq!(contents(&cart), [(tea.product_id, 5), (milk.product_id, 1)]);
    assert_eq!(cart.version, 3);
}

#[test]
fn a_line_holds_at_most_999_units() {
    let tea = offer(1);
    let mut cart = cart_with(&[(&tea, 998)]);
    assert_eq!(
        cart.clone().add(&tea, units_of(2), NOW),
        Err(Refusal::TooMany)
    );
    assert_eq!(cart.add(&tea, units_of(1), NOW), Ok(0));
    let id = cart.items[0].id;
    assert_eq!(
        cart.set_quantity(id, units_of(1000), NOW),
        Err(Refusal::TooMany)
    );
}

#[test]
fn a_cart_holds_at_most_100_products() {
    let offers: Vec<Offer> = (0..101).map(|_| offer(1)).collect();
    let mut cart = cart_with(
        &offers[..100]
            .iter()
            .map(|offer| (offer, 1))
            .collect::<Vec<_>>(),
    );
    let before = cart.clone();
    assert_eq!(
        cart.add(&offers[100], Quantity::ONE, NOW),
        Err(Refusal::Full)
    );
    assert_eq!(cart, before, "a refusal changes nothing");
    assert!(cart.add(&offers[0], Quantity::ONE, NOW).is_ok());
}

#[test]
fn one_cart_holds_one_currency() {
    let mut dollars = offer(1);
    dollars.price = Money::from_minor(1, "USD".parse().unwrap());
    let mut cart = cart_with(&[(&offer(1), 1)]);
    assert_eq!(
        cart.add(&dollars, Quantity::ONE, NOW),
        Err(Refusal::OtherCurrency(Currency::INR))
    );
}

#[test]
fn more_than_there_is_may_be_wanted_and_shows_as_not_available() {
    let tea = offer(1);
    assert!(cart_with(&[(&tea, 10)]).items[0].available);
    assert!(!cart_with(&[(&tea, 11)]).items[0].available);
}

#[test]
fn an_order_takes_out_what_it_contains() {
    let (tea, milk) = (offer(1), offer(2));
    let mut cart = cart_with(&[(&tea, 2), (&milk, 1)]);
    let taken = cart.take_out(cart.version, &[ordered(&tea, 2), ordered(&milk, 1)]);
    assert_eq!(taken.gone, [tea.product_id, milk.product_id]);
    assert!(cart.items.is_empty());
    assert_eq!(cart.version, 3);
}

#[test]
fn units_wanted_beyond_the_order_stay() {
    let tea = offer(1);
    let mut cart = cart_with(&[(&tea, 2)]);
    let version = cart.version;
    cart.add(&tea, units_of(3), NOW).unwrap();
    let taken = cart.take_out(version, &[ordered(&tea, 2)]);
    assert_eq!(taken.reduced, [cart.items[0].id]);
    assert_eq!(contents(&cart), [(tea.product_id, 3)]);
}

#[test]
fn what_came_into_the_cart_after_the_order_stays_whole_even_if_it_is_the_same_product() {
    let tea = offer(1);
    let mut cart = cart_with(&[(&tea, 2)]);
    let version = cart.version;
    cart.remove(cart.items[0].id, NOW).unwrap();
    cart.add(&tea, units_of(1), NOW).unwrap();
    let before = cart.clone();
    assert_eq!(
        cart.take_out(version, &[ordered(&tea, 2)]),
        TakenOut::default()
    );
    assert_eq!(cart, before);
}

#[test]
fn fewer_units_than_were_ordered_leave_nothing() {
    let tea = offer(1);
    let mut cart = cart_with(&[(&tea, 5)]);
    let version = cart.version;
    cart.set_quantity(cart.items[0].id, units_of(2), NOW)
        .unwrap();
    cart.take_out(version, &[ordered(&tea, 5)]);
    assert!(cart.items.is_empty());
}

#[test]
fn a_new_price_is_news_until_it_is_shown() {
    let tea = offer(100);
    let mut cart = cart_with(&[(&tea, 1)]);
    let dearer = Offer {
        price: rupees(120),
        version: 4,
        ..tea.clone()
    };
    assert!(cart.refresh(&quote(&[&tea], &[&dearer])).is_empty());
    assert_eq!(
        (cart.items[0].unit_price, cart.items[0].seen_price),
        (rupees(120), rupees(100))
    );
    assert!(cart.items[0].price_changed());
    assert_eq!(cart.version, 2);
    assert!(cart.shown());
    assert!(!cart.items[0].price_changed());
    assert!(!cart.shown());
}

#[test]
fn an_older_price_never_replaces_a_newer_one() {
    let tea = offer(100);
    let mut cart = cart_with(&[(&tea, 1)]);
    let older = Offer {
        price: rupees(80),
        version: 2,
        ..tea.clone()
    };
    let before = cart.clone();
    cart.refresh(&quote(&[&tea], &[&older]));
    assert_eq!(cart, before);
}

#[test]
fn what_the_catalogue_no_longer_has_leaves_and_what_it_was_not_asked_about_stays() {
    let (tea, milk, bread) = (offer(1), offer(2), offer(3));
    let mut cart = cart_with(&[(&tea, 1), (&milk, 1), (&bread, 1)]);
    assert_eq!(
        cart.refresh(&quote(&[&tea, &milk], &[&tea])),
        [milk.product_id]
    );
    assert_eq!(
        contents(&cart),
        [(tea.product_id, 1), (bread.product_id, 1)]
    );
    assert_eq!(cart.version, 4);
}

#[test]
fn how_many_there_are_to_be_had_does_not_make_another_version() {
    let tea = offer(1);
    let mut cart = cart_with(&[(&tea, 5)]);
    let fewer = Offer {
        available: 4,
        ..tea.clone()
    };
    cart.refresh(&quote(&[&tea], &[&fewer]));
    assert!(!cart.items[0].available);
    assert_eq!(cart.version, 1);
}

#[test]
fn a_product_that_is_now_sold_in_another_currency_is_not_available() {
    let tea = offer(100);
    let mut cart = cart_with(&[(&tea, 1)]);
    let elsewhere = Offer {
        price: Money::from_minor(2, "USD".parse().unwrap()),
        version: 9,
        ..tea.clone()
    };
    cart.refresh(&quote(&[&tea], &[&elsewhere]));
    assert_eq!(
        (cart.items[0].unit_price, cart.items[0].available),
        (rupees(100), false)
    );
}

#[test]
fn clearing_an_empty_cart_changes_nothing() {
    let mut cart = Cart::of_user(UserId::new(), NOW);
    assert!(!cart.clear(NOW));
    assert_eq!(cart.version, 0);
}

#[test]
fn nothing_costs_nothing_and_something_costs_delivery_too() {
    let tariff = Tariff::uniform(500, rupees(4000), Some(rupees(50_000)));
    assert_eq!(
        Cart::of_user(UserId::new(), NOW)
            .sums(Ok(None), None, &tariff)
            .map(|sums| sums.price),
        Ok(Price::nothing(Currency::INR))
    );
    let tea = offer(19_900);
    assert_eq!(
        cart_with(&[(&tea, 1)])
            .sums(Ok(None), None, &tariff)
            .unwrap()
            .price
            .total,
        rupees(19_900 + 995 + 4000)
    );
}

/// What shoppers and messages do to a cart of up to four products.
#[derive(Debug, Clone)]
enum Deed {
    Add(usize, u32),
    SetQuantity(usize, u32),
    Remove(usize),
    Clear,
    TakeOut(u32, Vec<(usize, u32)>),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let product = 0..4_usize;
    let units = 1..1100_u32;
    let deed = prop_oneof![
        4 => (product.clone(), units.clone()).prop_map(|(product, units)| Deed::Add(product, units)),
        2 => (product.clone(), units.clone()).prop_map(|(product, units)| Deed::SetQuantity(product, units)),
        1 => product.clone().prop_map(Deed::Remove),
        1 => Just(Deed::Clear),
        2 => (0..30_u32, prop::collection::vec((product, units), 1..4)).prop_map(|(version, lines)| Deed::TakeOut(version, lines)),
    ];
    prop::collection::vec(deed, 0..30)
}

proptest! {
    #[test]
    fn whatever_is_done_a_cart_keeps_its_bounds_and_its_version_grows_with_every_change(deeds in deeds()) {
        let offers: Vec<Offer> = (0..4).map(|_| offer(100)).collect();
        let mut cart = Cart::of_user(UserId::new(), NOW);
        for deed in deeds {
            let before = cart.clone();
            let place = |product: usize| before.items.iter().find(|item| item.product_id == offers[product].product_id).map(|item| item.id);
            match &deed {
                Deed::Add(product, units) => { let _ = cart.add(&offers[*product], units_of(*units), NOW); }
                Deed::SetQuantity(product, units) => {
                    let _ = cart.set_quantity(place(*product).unwrap_or_else(ItemId::new), units_of(*units), NOW);
                }
                Deed::Remove(product) => { let _ = cart.remove(place(*product).unwrap_or_else(ItemId::new), NOW); }
                Deed::Clear => { cart.clear(NOW); }
                Deed::TakeOut(version, lines) => {
                    let lines: Vec<_> = lines.iter().map(|(product, units)| ordered(&offers[*product], *units)).collect();
                    cart.take_out(*version, &lines);
                }
            }
            prop_assert!(cart.items.len() <= 4);
            prop_assert!(cart.items.iter().all(|item| item.quantity.get() <= MOST_UNITS));
            prop_assert!(cart.items.iter().all(|item| item.since_version <= cart.version));
            let same = cart.items == before.items;
            prop_assert!(cart.version == before.version + 1 || (same && cart.version == before.version), "{deed:?}");
        }
    }
}

#[test]
fn merging_sums_quantities_up_to_the_limits_and_reports_the_rest() {
    let (tea, milk, bread) = (offer(100), offer(200), offer(300));
    let mut mine = cart_with(&[(&tea, 998), (&milk, 999)]);
    let theirs = cart_with(&[(&tea, 3), (&milk, 1), (&bread, 2)]);
    let version = mine.version;
    let merged = mine.merge(&theirs, NOW);
    let units: Vec<u32> = mine.items.iter().map(|item| item.quantity.get()).collect();
    assert_eq!(units, [999, 999, 2]);
    assert_eq!(mine.version, version + 1);
    assert_eq!(mine.items[2].since_version, mine.version);
    assert_eq!(merged.changed, [0, 2]);
    let left: Vec<_> = merged
        .left_out
        .iter()
        .map(|left| (left.product_id, left.units, left.why))
        .collect();
    assert_eq!(
        left,
        [
            (tea.product_id, 2, Refusal::TooMany),
            (milk.product_id, 1, Refusal::TooMany)
        ]
    );
}

#[test]
fn merging_nothing_changes_nothing_and_a_full_cart_takes_no_more_products() {
    let mut mine = cart_with(&[]);
    for _ in 0..MOST_ITEMS {
        mine.add(&offer(1), units_of(1), NOW).unwrap();
    }
    let before = mine.clone();
    assert_eq!(mine.merge(&cart_with(&[]), NOW), merge::Merged::default());
    let tea = offer(1);
    let merged = mine.merge(&cart_with(&[(&tea, 5)]), NOW);
    assert_eq!(
        (merged.left_out[0].units, merged.left_out[0].why),
        (5, Refusal::Full)
    );
    assert_eq!(mine, before);
}

#[test]
fn a_coupon_comes_along_unless_there_is_one() {
    let code = |text: &str| Some(text.parse().unwrap());
    let (mut mine, mut theirs) = (cart_with(&[]), cart_with(&[]));
    theirs.use_coupon(code("THEIRS"), NOW);
    assert!(mine.merge(&theirs, NOW).coupon);
    assert_eq!(mine.coupon, code("THEIRS"));
    assert!(mine.use_coupon(code("MINE"), NOW) && !mine.use_coupon(code("mine"), NOW));
    assert!(!mine.merge(&theirs, NOW).has_changed());
}

#[test]
fn an_order_of_everything_takes_the_coupon_along() {
    let (tea, milk) = (offer(100), offer(200));
    let mut cart = cart_with(&[(&tea, 1), (&milk, 1)]);
    cart.use_coupon(Some("WELCOME".parse().unwrap()), NOW);
    cart.take_out(cart.version, &[ordered(&tea, 1)]);
    assert!(cart.coupon.is_some());
    cart.take_out(cart.version, &[ordered(&milk, 1)]);
    assert_eq!((cart.items.len(), &cart.coupon), (0, &None));
}

#[test]
fn the_cart_of_a_guest_never_has_a_version_twice() {
    let guest = "guest-0b37c1a5-3c8f-4d43-9a6b-2f1de26bb6f1"
        .parse()
        .map(Owner::Guest)
        .unwrap();
    let at = |seconds| Timestamp::from_micros((GUESTS_BEGIN + seconds) * 1_000_000);
    let version = |seconds| {
        let mut cart = Cart::of(guest, at(seconds));
        cart.add(&offer(1), units_of(1), at(seconds)).unwrap();
        assert_eq!(cart.items[0].since_version, cart.version);
        cart.add(&offer(1), units_of(1), at(seconds)).unwrap();
        cart.version
    };
    assert_eq!((version(1000), version(5000)), (1001, 5001));
}

#[test]
fn a_coupon_that_is_of_no_use_is_told_of_and_takes_nothing_off() {
    use shared_events::pricing::{Coupon, Off};
    let tariff = Tariff::uniform(500, rupees(4000), None);
    let tea = offer(1000);
    let cart = cart_with(&[(&tea, 1)]);
    let coupon = |minimum| Coupon {
        code: "WELCOME".into(),
        off: Off::Amount(rupees(100)),
        minimum: Some(rupees(minimum)),
    };
    let sums = |coupon: Result<Option<&Coupon>, _>| {
        let sums = cart.sums(coupon, None, &tariff).unwrap();
        (sums.price.discount, sums.problem)
    };
    use crate::domain::coupon::Problem;
    assert_eq!(sums(Ok(Some(&coupon(1000)))), (rupees(100), None));
    assert_eq!(
        sums(Ok(Some(&coupon(1001)))),
        (rupees(0), Some(Problem::BelowMinimum))
    );
    assert_eq!(
        sums(Err(Problem::Expired)),
        (rupees(0), Some(Problem::Expired))
    );
}
