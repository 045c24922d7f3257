//! Queries on tables that grow find their rows by an index and in order, without reading or sorting the table.

use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase, query_plan};
use sea_orm::QueryTrait;
use shared_events::{Currency, OrderId, Service};

use super::product_days::Rank;
use super::{Migrator, events, figures, product_days, sightings};
use crate::domain::grain::Grain;
use crate::domain::period::Period;

struct Plans(TestDatabase);

impl Plans {
    async fn open() -> Self {
        let clock = Clock::manual(START);
        Self(TestDatabase::create::<Migrator>(Service::Analytics, clock).await)
    }

    /// Expects every step to be a search of this kind.
    async fn expect(&self, query: &impl QueryTrait, search: &str) {
        let plan = query_plan(&self.0, query).await;
        assert!(plan.contains(search), "{plan}\nnot by {search}");
        let whole = |step: &str| step.starts_with("SCAN") && step != search;
        assert!(!plan.lines().any(whole), "{plan}\nreads a table");
        assert!(!plan.contains("ORDER BY"), "{plan}\nsorts");
    }
}

#[tokio::test]
async fn the_log_is_read_on_from_a_number() {
    let plans = Plans::open().await;
    let by_number = "SEARCH events USING INTEGER PRIMARY KEY (rowid>?)";
    let all = events::after_query(Some(7), None, 10);
    plans.expect(&all, by_number).await;
    let named = events::after_query(Some(7), Some("OrderPlaced"), 10);
    plans
        .expect(&named, "events_by_name (name=? AND rowid>?)")
        .await;
    let from_the_first = events::after_query(None, Some("OrderPlaced"), 10);
    plans.expect(&from_the_first, "events_by_name").await;
}

#[tokio::test]
async fn the_events_of_an_order_are_found_among_millions() {
    let plans = Plans::open().await;
    let of_order = events::of_order_query(OrderId::new());
    plans
        .expect(&of_order, "events_by_order (order_id=?)")
        .await;
}

#[tokio::test]
async fn the_ends_of_the_log_are_read_in_the_order_of_its_key() {
    let plans = Plans::open().await;
    // A scan in the order of the key that stops at its limit.
    plans.expect(&events::latest_query(), "SCAN events").await;
    plans.expect(&events::oldest_query(10), "SCAN events").await;
    let last = events::last_query(None, 10);
    plans.expect(&last, "SCAN events").await;
    let last_named = events::last_query(Some("OrderPlaced"), 10);
    plans.expect(&last_named, "events_by_name (name=?)").await;
}

#[tokio::test]
async fn figures_are_read_by_time() {
    let plans = Plans::open().await;
    let in_time = "PRIMARY KEY (grain=? AND start>? AND start<?)";
    for grain in Grain::ALL {
        let period = Period::last(grain, 10, START);
        plans.expect(&figures::series_query(&period), in_time).await;
    }
    let old = figures::old_minutes_query(START, 10);
    plans
        .expect(&old, "PRIMARY KEY (grain=? AND start<?)")
        .await;
    let old = sightings::old_query(START, 10);
    plans.expect(&old, "PRIMARY KEY (day<?)").await;
}

#[tokio::test]
async fn products_are_added_up_from_the_days_asked_for_only() {
    let plans = Plans::open().await;
    let period = Period::last(Grain::Day, 10, START);
    for rank in [Rank::Revenue, Rank::Units, Rank::Views] {
        let top = product_days::top_query(&period, Currency::INR, rank, 10);
        let plan = query_plan(&plans.0, &top).await;
        // What it has added up it has to sort; the days it finds.
        assert!(plan.contains("PRIMARY KEY (day>? AND day<?)"), "{plan}");
    }
}
