use revcart_persistence::UnitOfWork;
use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase};
use shared_events::{Currency, Money, ProductId, Service, UserId};

use super::*;
use crate::domain::measure::Measure;
use crate::domain::tally::Tally;
use crate::store::product_days::{self, Best};
use crate::store::{self, Migrator};

const DAY: i64 = 86_400_000_000;

const PRODUCTS_A_DAY: i64 = 5;

/// A day like any other, at the hour of now.
async fn live(unit: &UnitOfWork, day: i64) -> Result<(), store::Error> {
    let mut tally = Tally::new(Currency::INR);
    for product in 0..PRODUCTS_A_DAY {
        let at = Timestamp::from_micros(START.micros() - day * DAY - product * 60_000_000);
        let price = Money::from_minor(100, Currency::INR);
        let user = UserId::new();
        tally.register(user, at);
        tally.reach(Measure::ReachedPaid, at, user);
        tally.see(Measure::ActiveUsers, at, user);
        for measure in [Measure::OrdersPlaced, Measure::PaymentsCaptured] {
            tally.count_money(measure, at, price).unwrap();
        }
        tally.sell(at, ProductId::new(), 1, price).unwrap();
    }
    store::save(unit, tally.finish(), &[]).await
}

/// How many sums are read for the dashboard, after a history of so many days, and how many products.
async fn rows_read(days: i64) -> (usize, usize) {
    let clock = Clock::manual(START);
    let database = TestDatabase::create::<Migrator>(Service::Analytics, clock).await;
    for day in 0..days {
        let lived = database.write(day, |unit, day| Box::pin(live(unit, *day)));
        lived.await.unwrap();
    }
    let read = read(&database, START).await.unwrap();
    let figures = read.by_minute.values();
    let all = figures.chain([&read.today, &read.yesterday, &read.ever]);
    let best = Best {
        period: Period::last(Grain::Day, 1, START),
        currency: Currency::INR,
        rank: Rank::Revenue,
        limit: 1_000,
        after: None,
    };
    let products = product_days::top(&database, &best).await.unwrap();
    (all.map(|it| it.sums().count()).sum(), products.len())
}

/// Queries find these rows by their keys (see the plans in `store`), so what is read is what is found.
#[tokio::test]
async fn a_dashboard_reads_as_many_rows_after_ten_times_the_history() {
    let young = rows_read(3).await;
    assert_eq!(young, (2 * 5 + 2 * 7 + 2, 5));
    assert_eq!(rows_read(30).await, young);
}
