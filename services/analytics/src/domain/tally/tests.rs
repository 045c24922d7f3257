use super::super::carts::Fate;
use super::*;

fn noon() -> Timestamp {
    "2026-01-05T12:00:30Z".parse().unwrap()
}

fn rupees(minor: i64) -> Money {
    Money::from_minor(minor, Currency::INR)
}

#[test]
fn a_count_stands_in_its_minute_hour_and_day_and_in_all_of_history() {
    let mut tally = Tally::new(Currency::INR);
    let later = noon() + std::time::Duration::from_secs(3_600);
    for at in [noon(), noon(), later] {
        let order = Measure::OrdersPlaced;
        tally.count_money(order, at, rupees(100)).unwrap();
    }
    let sums = tally.finish().sums;
    let by = |grain| -> Vec<_> {
        let of_grain = sums.iter().filter(|(place, _)| place.grain == grain);
        of_grain.map(|(_, sum)| (sum.count, sum.minor)).collect()
    };
    assert_eq!(by(Grain::Minute), [(2, 200), (1, 100)]);
    assert_eq!(by(Grain::Quarter), [(2, 200), (1, 100)]);
    assert_eq!(by(Grain::Hour), [(2, 200), (1, 100)]);
    assert_eq!(by(Grain::Day), [(3, 300)]);
    assert_eq!(by(Grain::Ever), [(3, 300)]);
}

#[test]
fn who_is_seen_twice_counts_once_and_only_by_the_day() {
    let mut tally = Tally::new(Currency::INR);
    for who in ["ann", "bob", "ann"] {
        tally.see(Measure::Visitors, noon(), who);
    }
    tally.see(Measure::Visitors, noon(), "é".repeat(200));
    let mut additions = tally.finish();
    let sightings = std::mem::take(&mut additions.sightings);
    let names: Vec<_> = sightings.iter().map(|it| it.who.as_str()).collect();
    assert_eq!(names, ["ann", "bob", &"é".repeat(80)]);
    additions.count_new(&sightings[..2]);
    let sums: Vec<_> = additions.sums.into_iter().collect();
    let place = Place {
        grain: Grain::Day,
        start: Grain::Day.start(noon()),
        measure: Measure::Visitors,
        currency: None,
    };
    assert_eq!(sums, [(place, Sum { count: 2, minor: 0 })]);
}

#[test]
fn who_gets_far_has_come_through_every_step_before() {
    let mut tally = Tally::new(Currency::INR);
    tally.reach(Measure::ReachedViewed, noon(), "ann");
    tally.reach(Measure::ReachedOrdered, noon(), "bob");
    tally.reach(Measure::ReachedCarted, noon(), "bob");
    let sightings = tally.finish().sightings;
    let seen = |grain, measure| {
        let alike = |it: &&Sighting| it.grain == grain && it.measure == measure;
        sightings.iter().filter(alike).count()
    };
    for grain in Grain::OF_PEOPLE {
        let people = funnel::STEPS.map(|step| seen(grain, step));
        assert_eq!(people, [2, 1, 1, 0]);
    }
}

#[test]
fn what_is_recovered_is_counted_when_it_was_given_up_and_taken_away_when_it_was_not() {
    let cart = shared_events::CartId::new();
    let moment = |fate, minutes: u64| CartMoment {
        cart,
        at: noon() + std::time::Duration::from_secs(60 * minutes),
        fate,
        amount: rupees(100),
    };
    let (abandoned, again) = (moment(Fate::Abandoned, 0), moment(Fate::Abandoned, 5));
    let ordered = moment(Fate::Ordered, 9);
    let mut additions = Tally::new(Currency::INR).finish();
    additions.count_recovered(&[abandoned], &[ordered]);
    additions.count_recovered(&[abandoned, ordered], &[again]);
    let minute = |at| Place {
        grain: Grain::Minute,
        start: Grain::Minute.start(at),
        measure: Measure::CartsRecovered,
        currency: Some(Currency::INR),
    };
    let sum = |count, minor| Sum { count, minor };
    assert_eq!(additions.sums[&minute(abandoned.at)], sum(0, 0));
    assert_eq!(additions.sums[&minute(again.at)], sum(1, 100));
}

#[test]
fn what_happens_to_a_product_in_a_day_is_one_row() {
    let mut tally = Tally::new(Currency::INR);
    let product = ProductId::new();
    tally.view(noon(), product);
    tally.cart(noon(), product, 3, Currency::INR);
    tally.sell(noon(), product, 2, rupees(150)).unwrap();
    let shelves = tally.finish().shelves;
    let sales = Sales {
        views: 1,
        carted: 3,
        sold: 2,
        revenue: 300,
    };
    assert_eq!(shelves.len(), 1);
    assert_eq!(shelves[0].1, sales);
}

#[test]
fn absurd_money_is_not_counted() {
    let mut tally = Tally::new(Currency::INR);
    for minor in [-1, i64::MIN, MOST_MONEY + 1, i64::MAX] {
        let absurd = Err(Absurd(rupees(minor)));
        let counted = tally.count_money(Measure::OrdersPlaced, noon(), rupees(minor));
        assert_eq!(counted, absurd);
        assert!(
            tally
                .sell(noon(), ProductId::new(), 1, rupees(minor))
                .is_err()
        );
    }
    let many = tally.sell(noon(), ProductId::new(), 1_000_000, rupees(MOST_MONEY));
    assert!(many.is_err());
    assert!(tally.finish().sums.is_empty());
}
