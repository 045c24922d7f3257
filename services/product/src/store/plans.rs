//! Queries on tables that grow find their rows by an index and in order, without reading or sorting the table.

use revcart_persistence::UnitOfWork;
use revcart_runtime::Clock;
use revcart_testkit::{PRIMARY_KEY, START, TestDatabase, assert_uses_index, query_plan};
use sea_orm::{ConnectionTrait, DbBackend, QuerySelect, QueryTrait};
use shared_events::{CategoryId, Currency, Money, ProductId, ReservationId, Service};
use uuid::Uuid;

use super::search::{Criteria, Place, Sort};
use super::{Error, Migrator, listings, movements, products, reservations, search, stock};
use crate::domain::product::Product;
use crate::domain::stock::Stock;

/// Enough for a server to prefer an index.
const PRODUCTS: usize = 2048;

struct Plans(TestDatabase);

impl Plans {
    async fn open() -> Self {
        let clock = Clock::manual(START);
        Self(TestDatabase::create::<Migrator>(Service::Product, clock).await)
    }

    /// With products: what a server chooses for a join depends on what there is.
    async fn filled() -> Self {
        let plans = Self::open().await;
        let write = plans.0.write((), |unit, ()| Box::pin(fill(unit)));
        write.await.unwrap();
        let analyse = match plans.backend() {
            DbBackend::MySql => Some("ANALYZE TABLE products, stock, categories"),
            DbBackend::Postgres => Some("ANALYZE"),
            _ => None,
        };
        if let Some(analyse) = analyse {
            plans.0.read().execute_unprepared(analyse).await.unwrap();
        }
        plans
    }

    fn backend(&self) -> DbBackend {
        self.0.read().get_database_backend()
    }

    /// What keeps products in the order of their making: on PostgreSQL the key alone is good enough.
    fn on_sale(&self) -> &'static str {
        match self.backend() {
            DbBackend::Postgres => "products_pkey",
            _ => "products_on_sale",
        }
    }

    /// Expects a query on one table to go through `index`.
    async fn expect(&self, query: impl QueryTrait, index: &str) {
        assert_uses_index(&self.0, &query, index).await;
    }

    /// Expects products to be found through `index`, in order, and what is joined to them by its key.
    async fn expect_joined(&self, query: impl QueryTrait, index: &str) {
        let plan = query_plan(&self.0, &query).await;
        let mut steps = plan.lines();
        let uses = |step: &str| step.contains(index);
        assert!(steps.any(uses), "not by {index}:\n{plan}");
        let walks = |step: &str| {
            step.contains("Seq Scan")
                || step.contains("\"ALL\"")
                || step.starts_with("SCAN") && !uses(step)
        };
        assert!(!plan.lines().any(walks), "reads a table:\n{plan}");
        let sorts = ["TEMP B-TREE", "Sort", "filesort"];
        assert!(!sorts.iter().any(|it| plan.contains(it)), "sorts:\n{plan}");
    }
}

async fn fill(unit: &mut UnitOfWork) -> Result<(), Error> {
    let products: Vec<Product> = (0..PRODUCTS)
        .map(|number| Product {
            id: ProductId::new(),
            sku: format!("SKU-{number}").parse().unwrap(),
            name: format!("Kettle {number}"),
            description: String::new(),
            category_id: None,
            price: Money::from_minor(number as i64 % 500, Currency::INR),
            image_urls: vec![],
            version: 1,
        })
        .collect();
    let stocks: Vec<_> = products
        .iter()
        .map(|product| (product.id, Stock::opening(10, 0).0))
        .collect();
    products::insert(unit.sql(), &products, unit.now()).await?;
    stock::insert(unit.sql(), &stocks, unit.now()).await
}

#[tokio::test]
async fn lists_of_products_are_read_from_an_index() {
    let plans = Plans::filled().await;
    let (category, after) = (CategoryId::new(), ProductId::from_uuid(Uuid::nil()));
    let page = |category, after| listings::columns(listings::page_query(category, after, 20));
    let on_sale = plans.on_sale();
    plans.expect_joined(page(None, None), on_sale).await;
    plans.expect_joined(page(None, Some(after)), on_sale).await;
    let in_category = page(Some(category), Some(after));
    plans
        .expect_joined(in_category, "products_by_category")
        .await;
    let some = listings::page(plans.0.read(), None, None, 4).await.unwrap();
    let some = some.iter().map(|listing| listing.id.as_uuid()).collect();
    let batch = listings::columns(listings::by_ids_query(some));
    let by_key = match plans.backend() {
        DbBackend::MySql => "PRIMARY",
        DbBackend::Postgres => "products_pkey",
        _ => on_sale,
    };
    plans.expect_joined(batch, by_key).await;
}

#[tokio::test]
async fn searches_are_read_in_order_from_an_index() {
    let plans = Plans::filled().await;
    let id = ProductId::new();
    let criteria = Criteria {
        words: vec!["kettle".to_owned()],
        in_stock: true,
        ..Criteria::default()
    };
    for (sort, place, index) in [
        (Sort::Newest, Place::Newest(id), plans.on_sale()),
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
            let query = search::page_query(&criteria, sort, after).limit(20);
            plans.expect_joined(listings::columns(query), index).await;
        }
    }
}

#[tokio::test]
async fn ledgers_are_read_from_their_end() {
    let plans = Plans::open().await;
    for before in [None, Some(7)] {
        let page = movements::page_query(ProductId::new(), before, 20);
        plans.expect(page, PRIMARY_KEY).await;
    }
}

#[tokio::test]
async fn a_batch_finds_its_reservations_and_stock_by_key() {
    let plans = Plans::open().await;
    let ids = vec![Uuid::nil(); 4];
    plans
        .expect(reservations::lock_query(ids.clone()), PRIMARY_KEY)
        .await;
    plans.expect(stock::lock_query(ids), PRIMARY_KEY).await;
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
    plans.expect(page, PRIMARY_KEY).await;
}
