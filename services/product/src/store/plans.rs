//! Queries on tables that grow find their rows by an index and in order, without reading or sorting the table.

use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase, query_plan};
use sea_orm::QueryTrait;
use shared_events::{CategoryId, ProductId, ReservationId, Service};
use uuid::Uuid;

use super::search::{Criteria, Place, Sort};
use super::{Migrator, listings, movements, reservations, search, stock};

struct Plans(TestDatabase);

impl Plans {
    async fn open() -> Self {
        let clock = Clock::manual(START);
        Self(TestDatabase::create::<Migrator>(Service::Product, clock).await)
    }

    /// Expects the query to go through `index` and no table to be read whole or sorted.
    async fn expect(&self, query: impl QueryTrait, index: &str) {
        let plan = query_plan(&self.0, &query).await;
        assert!(plan.contains(index), "not by {index}:\n{plan}");
        let whole = |step: &str| step.starts_with("SCAN") && !step.contains(index);
        assert!(!plan.lines().any(whole), "reads a table:\n{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "sorts:\n{plan}");
    }
}

#[tokio::test]
async fn lists_of_products_are_read_from_an_index() {
    let plans = Plans::open().await;
    let (category, after) = (CategoryId::new(), ProductId::new());
    let page = |category, after| listings::columns(listings::page_query(category, after, 20));
    plans.expect(page(None, None), "products_on_sale").await;
    plans
        .expect(page(None, Some(after)), "products_on_sale")
        .await;
    let in_category = page(Some(category), Some(after));
    plans.expect(in_category, "products_by_category").await;
    let batch = listings::columns(listings::by_ids_query(vec![Uuid::nil(); 4]));
    plans.expect(batch, "products_on_sale").await;
}

#[tokio::test]
async fn searches_are_read_in_order_from_an_index() {
    let plans = Plans::open().await;
    let id = ProductId::new();
    let criteria = Criteria {
        words: vec!["kettle".to_owned()],
        in_stock: true,
        ..Criteria::default()
    };
    for (sort, place, index) in [
        (Sort::Newest, Place::Newest(id), "products_on_sale"),
        (
            Sort::Name,
            Place::Name("k".to_owned(), id),
            "products_by_name",
        ),
        (Sort::PriceAsc, Place::PriceAsc(1, id), "products_by_price"),
        (
            Sort::PriceDesc,
            Place::PriceDesc(1, id),
            "products_by_price",
        ),
    ] {
        for after in [None, Some(&place)] {
            let query = search::page_query(&criteria, sort, after);
            plans.expect(listings::columns(query), index).await;
        }
    }
}

#[tokio::test]
async fn ledgers_are_read_from_their_end() {
    let plans = Plans::open().await;
    for before in [None, Some(7)] {
        let page = movements::page_query(ProductId::new(), before, 20);
        plans.expect(page, "PRIMARY KEY (product_id=?").await;
    }
}

#[tokio::test]
async fn a_batch_finds_its_reservations_and_stock_by_key() {
    let plans = Plans::open().await;
    let ids = vec![Uuid::nil(); 4];
    let by_key = "PRIMARY KEY (id=?)";
    plans
        .expect(reservations::lock_query(ids.clone()), by_key)
        .await;
    let by_product = "PRIMARY KEY (product_id=?)";
    plans.expect(stock::lock_query(ids), by_product).await;
}

#[tokio::test]
async fn live_and_overdue_reservations_are_found_among_millions_of_old_ones() {
    let plans = Plans::open().await;
    let index = "reservations_by_status";
    plans
        .expect(reservations::overdue_query(START, 100), index)
        .await;
    plans.expect(reservations::live_query(), index).await;
    let page = reservations::page_query(Some(ReservationId::new()), 100);
    plans.expect(page, "PRIMARY KEY (id>?)").await;
}
