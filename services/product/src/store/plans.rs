//! Queries on tables that grow find their rows by an index and in order, without reading or sorting the table.

use std::collections::BTreeSet;

use revcart_persistence::UnitOfWork;
use revcart_runtime::Clock;
use revcart_testkit::{PRIMARY_KEY, START, TestDatabase, assert_uses_index, query_plan};
use sea_orm::{
    ConnectionTrait, DbBackend, QueryResult, QuerySelect, QueryTrait, Statement, TransactionTrait,
};
use shared_events::{
    CategoryId, Currency, Money, ProductId, PurchaseOrderId, ReservationId, Service, SupplierId,
};
use uuid::Uuid;

use super::search::{Criteria, Place, Sort};
use super::{Error, Migrator, listings, movements, products, reservations, search, sheet, stock};
use super::{images, purchases, suppliers, words};
use crate::domain::product::Product;
use crate::domain::purchase::Status;
use crate::domain::stock::{MovementKind, Stock};
use crate::domain::words::Wanted;

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
            DbBackend::MySql => Some("ANALYZE TABLE products, stock, categories, product_words"),
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

    /// The plan that the database makes when PostgreSQL may use bitmaps: it reads a full-text index in no other way.
    async fn by_bitmaps(&self, query: impl QueryTrait) -> String {
        if self.backend() != DbBackend::Postgres {
            return query_plan(&self.0, &query).await;
        }
        let statement = query.build(DbBackend::Postgres);
        let explain = Statement {
            sql: format!("EXPLAIN {}", statement.sql),
            ..statement
        };
        let tx = self.0.read().begin().await.unwrap();
        // A few thousand rows are read as fast from the table.
        let off = "SET LOCAL enable_seqscan = off";
        tx.execute_unprepared(off).await.unwrap();
        let rows = tx.query_all_raw(explain).await.unwrap();
        let step = |row: &QueryResult| row.try_get_by_index::<String>(0).unwrap();
        rows.iter().map(step).collect::<Vec<_>>().join("\n")
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
    let category = BTreeSet::from([CategoryId::new()]);
    let after = ProductId::from_uuid(Uuid::nil());
    let page = |category: Option<&BTreeSet<CategoryId>>, after| {
        listings::columns(listings::page_query(category, after, 20))
    };
    let on_sale = plans.on_sale();
    plans.expect_joined(page(None, None), on_sale).await;
    plans.expect_joined(page(None, Some(after)), on_sale).await;
    let in_category = page(Some(&category), Some(after));
    plans
        .expect_joined(in_category, "products_by_category")
        .await;
    let some = listings::page(plans.0.read(), None, None, 4).await.unwrap();
    let some = some.iter().map(|listing| listing.id.as_uuid()).collect();
    plans
        .expect_joined(sheet::page_query(Some(after), 20), on_sale)
        .await;
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
            let query = search::page_query(plans.backend(), &criteria, sort, after).limit(20);
            plans.expect_joined(listings::columns(query), index).await;
        }
    }
}

#[tokio::test]
async fn ledgers_are_read_from_their_end() {
    let plans = Plans::open().await;
    for before in [None, Some(7)] {
        let page = movements::page_query(ProductId::new(), None, before, 20);
        plans.expect(page, PRIMARY_KEY).await;
        let kind = Some(MovementKind::Adjustment);
        let of_kind = movements::page_query(ProductId::new(), kind, before, 20);
        plans.expect(of_kind, PRIMARY_KEY).await;
    }
}

#[tokio::test]
async fn words_are_found_by_the_full_text_index() {
    let plans = Plans::filled().await;
    let criteria = Criteria {
        words: Wanted::in_text("kettle 77"),
        ..Criteria::default()
    };
    for sort in [Sort::Relevance, Sort::PriceAsc] {
        let query = search::page_query(plans.backend(), &criteria, sort, None).limit(20);
        let plan = plans.by_bitmaps(listings::columns(query)).await;
        assert!(plan.contains(words::INDEX), "{plan}");
        let walks = |step: &str| step.starts_with("SCAN") && !step.contains(words::INDEX);
        assert!(!plan.lines().any(walks), "{plan}");
    }
}

#[tokio::test]
async fn a_category_with_others_below_it_is_read_from_an_index() {
    let plans = Plans::filled().await;
    let several = BTreeSet::from([CategoryId::new(), CategoryId::new()]);
    let page = listings::page_query(Some(&several), Some(ProductId::new()), 20);
    let plan = query_plan(&plans.0, &listings::columns(page)).await;
    let by_index = ["products_by_category", "products_on_sale", "products_pkey"];
    assert!(by_index.iter().any(|it| plan.contains(it)), "{plan}");
    assert!(!plan.contains("Seq Scan on products"), "{plan}");
}

#[tokio::test]
async fn what_is_low_is_found_among_all_that_is_not() {
    let plans = Plans::filled().await;
    for after in [None, Some(ProductId::from_uuid(Uuid::nil()))] {
        plans
            .expect_joined(stock::low_query(after, 20), "stock_by_low")
            .await;
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

#[tokio::test]
async fn orders_to_a_supplier_are_read_from_their_end() {
    let plans = Plans::open().await;
    let supplier = SupplierId::new();
    for before in [None, Some(PurchaseOrderId::new())] {
        let all = purchases::page_query(supplier, None, before, 20);
        plans.expect(all, "purchase_orders_by_supplier").await;
        let sent = purchases::page_query(supplier, Some(Status::Sent), before, 20);
        plans.expect(sent, "purchase_orders_by_status").await;
    }
    let named = suppliers::of_supplier_query(supplier);
    plans.expect(named, "product_supply_by_supplier").await;
    let page = suppliers::page_query(Some(supplier), 20);
    plans.expect(page, PRIMARY_KEY).await;
}

#[tokio::test]
async fn who_else_has_a_picture_is_found_by_its_content() {
    let plans = Plans::open().await;
    plans
        .expect(images::used_query("0a"), "product_images_by_hash")
        .await;
}

#[tokio::test]
async fn lines_of_a_table_find_their_products_by_sku() {
    let plans = Plans::open().await;
    let known = sheet::known_query(vec!["SKU-1", "SKU-2"]);
    plans.expect(known, "products_by_sku").await;
}
