//! Queries on what grows find their rows by an index and in order, without reading or sorting everything.
//!
//! Of a plan of MongoDB only the index is looked at: the development server always says that it sorts.

use revcart_persistence::Reader;
use revcart_persistence::documents::values::Document;
use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase, query_plan};
use sea_orm::{Order, QueryTrait};
use shared_events::{CartId, Currency, OrderId, ProductId, Service, Timestamp, UserId};

use super::product_days::{Best, Rank};
use super::{Migrator, cart_moments, cohorts, events, figures, product_days, sightings};
use crate::domain::grain::Grain;
use crate::domain::measure::Measure;
use crate::domain::period::Period;

struct Plans(TestDatabase);

/// A question to a collection: the filter, the order, and the index that answers it.
struct Asked {
    collection: &'static str,
    filter: Document,
    sort: Document,
    index: &'static str,
}

impl Asked {
    fn log((filter, sort): events::documents::Query, index: &'static str) -> Self {
        let collection = events::documents::COLLECTION;
        Self {
            collection,
            filter,
            sort,
            index,
        }
    }

    fn of(collection: &'static str, filter: Document, index: &'static str) -> Self {
        let sort = Document::new();
        Self {
            collection,
            filter,
            sort,
            index,
        }
    }
}

impl Plans {
    async fn open() -> Self {
        let clock = Clock::manual(START);
        Self(TestDatabase::create::<Migrator>(Service::Analytics, clock).await)
    }

    /// Expects every step to be a search of this kind, or the index in MongoDB.
    async fn expect(&self, query: &impl QueryTrait, search: &str, asked: Asked) {
        if self.expect_index(asked).await {
            return;
        }
        let plan = query_plan(&self.0, query).await;
        assert!(plan.contains(search), "{plan}\nnot by {search}");
        let whole = |step: &str| step.starts_with("SCAN") && step != search;
        assert!(!plan.lines().any(whole), "{plan}\nreads a table");
        assert!(!plan.contains("ORDER BY"), "{plan}\nsorts");
    }

    /// Whether there are plans of this kind here; if so, this one names the index.
    async fn expect_index(&self, asked: Asked) -> bool {
        let Reader::Documents(documents) = self.0.reader() else {
            return false;
        };
        let plan = documents.explain(asked.collection, asked.filter, asked.sort);
        let plan = plan.await.unwrap().to_string();
        assert!(plan.contains(asked.index), "{plan}\nnot by {}", asked.index);
        assert!(!plan.contains("COLLSCAN"), "{plan}\nreads a collection");
        true
    }
}

#[tokio::test]
async fn the_log_is_read_on_from_a_number() {
    let plans = Plans::open().await;
    let asked = |after, name, index| Asked::log(events::documents::after_query(after, name), index);
    let by_number = "SEARCH events USING INTEGER PRIMARY KEY (rowid>?)";
    let all = events::sql::after_query(Some(7), None, 10);
    let in_documents = asked(Some(7), None, "events_in_order");
    plans.expect(&all, by_number, in_documents).await;
    let name = Some("OrderPlaced");
    let by_name = "events_by_name (name=? AND rowid>?)";
    let named = events::sql::after_query(Some(7), name, 10);
    let in_documents = asked(Some(7), name, "events_by_name");
    plans.expect(&named, by_name, in_documents).await;
    let from_the_first = events::sql::after_query(None, name, 10);
    let in_documents = asked(None, name, "events_by_name");
    plans
        .expect(&from_the_first, "events_by_name", in_documents)
        .await;
}

#[tokio::test]
async fn the_events_of_an_order_are_found_among_millions() {
    let plans = Plans::open().await;
    let order = OrderId::new();
    let of_order = events::sql::of_order_query(order);
    let in_documents = events::documents::of_order_query(order);
    let in_documents = Asked::log(in_documents, "events_by_order");
    plans
        .expect(&of_order, "events_by_order (order_id=?)", in_documents)
        .await;
}

#[tokio::test]
async fn the_ends_of_the_log_are_read_in_the_order_of_its_key() {
    let plans = Plans::open().await;
    // A scan in the order of the key that stops at its limit.
    let oldest = Asked::of(
        events::documents::COLLECTION,
        events::documents::oldest(7, 10),
        "events_in_order",
    );
    plans
        .expect(&events::sql::oldest_query(10), "SCAN events", oldest)
        .await;
    let last = |name, index| Asked::log(events::documents::last_query(name), index);
    plans
        .expect(
            &events::sql::latest_query(),
            "SCAN events",
            last(None, "events_in_order"),
        )
        .await;
    let all = events::sql::last_query(None, 10);
    plans
        .expect(&all, "SCAN events", last(None, "events_in_order"))
        .await;
    let name = Some("OrderPlaced");
    let named = events::sql::last_query(name, 10);
    plans
        .expect(
            &named,
            "events_by_name (name=?)",
            last(name, "events_by_name"),
        )
        .await;
}

#[tokio::test]
async fn figures_are_read_by_time() {
    let plans = Plans::open().await;
    let asked = |filter| Asked::of(figures::documents::COLLECTION, filter, "figures_in_time");
    let in_time = "PRIMARY KEY (grain=? AND start>? AND start<?)";
    for grain in Grain::ALL {
        let period = Period::last(grain, 10, START);
        let one = (period.from(), period.until());
        for stretches in [vec![one], vec![one; 4]] {
            let query = figures::sql::read_query(grain, &stretches);
            let in_documents = asked(figures::documents::read_filter(grain, one));
            plans.expect(&query, in_time, in_documents).await;
        }
    }
    let old = figures::sql::old_minutes_query(START, 10);
    let in_documents = asked(figures::documents::old_minutes(START));
    plans
        .expect(&old, "PRIMARY KEY (grain=? AND start<?)", in_documents)
        .await;
    let old = sightings::sql::old_query(START, 10);
    let in_documents = Asked::of(
        sightings::documents::COLLECTION,
        sightings::documents::old(START),
        "sightings_by_day",
    );
    plans
        .expect(&old, "PRIMARY KEY (day<?)", in_documents)
        .await;
}

#[tokio::test]
async fn products_are_added_up_from_the_days_asked_for_only() {
    let plans = Plans::open().await;
    for rank in [Rank::Revenue, Rank::Units, Rank::Views] {
        let best = Best {
            period: Period::last(Grain::Day, 10, START),
            currency: Currency::INR,
            rank,
            limit: 10,
            after: Some((7, ProductId::new())),
        };
        let in_documents = Asked::of(
            product_days::documents::COLLECTION,
            product_days::documents::days(&best),
            "product_days_in_time",
        );
        if plans.expect_index(in_documents).await {
            continue;
        }
        let plan = query_plan(&plans.0, &product_days::sql::top_query(&best)).await;
        // What it has added up it has to sort; the days it finds.
        assert!(plan.contains("PRIMARY KEY (day>? AND day<?)"), "{plan}");
    }
}

#[tokio::test]
async fn the_products_of_a_day_are_found_by_it() {
    let plans = Plans::open().await;
    let of_day = product_days::sql::of_day_query(START);
    let in_documents = Asked::of(
        product_days::documents::COLLECTION,
        product_days::documents::day_filter(START),
        "product_days_by_day",
    );
    plans
        .expect(&of_day, "PRIMARY KEY (day=?)", in_documents)
        .await;
}

#[tokio::test]
async fn events_are_found_by_when_they_were_sent() {
    let plans = Plans::open().await;
    let (from, until) = ((START, 7), Timestamp::MAX);
    let within = events::sql::sent_within_query(from, until, 10);
    let by_time = |query| Asked::log(query, "events_by_time");
    let same_moment = events::documents::sent_at_query(START, 7);
    plans
        .expect(
            &within,
            "events_by_time (time>? AND time<?)",
            by_time(same_moment),
        )
        .await;
    for order in [Order::Asc, Order::Desc] {
        let end = events::sql::sent_query(order);
        let later = events::documents::sent_after_query(START, until);
        let in_order = "SCAN events USING COVERING INDEX events_by_time";
        plans.expect(&end, in_order, by_time(later)).await;
    }
}

#[tokio::test]
async fn cohorts_are_read_by_when_they_began_and_by_period() {
    let plans = Plans::open().await;
    let asked = |filter, index| Asked::of(cohorts::documents::COLLECTION, filter, index);
    let some = cohorts::Asked {
        grain: Grain::Week,
        measure: Measure::ActiveUsers,
        from: START,
        until: Timestamp::MAX,
        before: Timestamp::MAX,
    };
    let in_documents = asked(cohorts::documents::filter(&some), "cohorts_in_time");
    let in_time = "PRIMARY KEY (measure=? AND grain=? AND cohort>? AND cohort<?)";
    plans
        .expect(&cohorts::sql::find_query(&some), in_time, in_documents)
        .await;
    let filter = cohorts::documents::period_filter(Grain::Week, START);
    let in_documents = asked(filter, "cohorts_by_period");
    let of_period = cohorts::sql::of_period_query(Grain::Week, START);
    plans
        .expect(&of_period, "cohorts_by_period", in_documents)
        .await;
}

#[tokio::test]
async fn what_happened_to_a_cart_is_found_by_it_and_old_moments_by_time() {
    let plans = Plans::open().await;
    let asked = |filter, index| Asked::of(cart_moments::documents::COLLECTION, filter, index);
    let carts = [CartId::new(), CartId::new()];
    let filter = cart_moments::documents::of_carts(&carts);
    let in_documents = asked(filter, "cart_moments_by_cart");
    let of_carts = cart_moments::sql::find_query(&carts);
    plans
        .expect(&of_carts, "PRIMARY KEY (cart_id=?)", in_documents)
        .await;
    let in_documents = asked(cart_moments::documents::old(START), "cart_moments_by_time");
    let old = cart_moments::sql::old_query(START, 10);
    plans
        .expect(&old, "cart_moments_by_time (at<?)", in_documents)
        .await;
}

#[tokio::test]
async fn what_a_user_did_is_looked_up_by_whole_keys() {
    let plans = Plans::open().await;
    if matches!(plans.0.reader(), Reader::Documents(_)) {
        // There it is asked for by `_id`.
        return;
    }
    let starts = [(Grain::Week, START), (Grain::Month, START)].into();
    let users = [UserId::new(), UserId::new()];
    let query = sightings::sql::of_users_query(&users, &starts);
    let plan = query_plan(&plans.0, &query).await;
    let whole = "PRIMARY KEY (day=? AND measure=? AND who=?)";
    assert!(plan.contains(whole), "{plan}");
}
