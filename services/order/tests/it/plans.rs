//! Queries that grow with their table use an index.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::shop::Shop;

async fn plan(shop: &Shop, sql: &str) -> String {
    let explain = Statement::from_string(DbBackend::Sqlite, format!("EXPLAIN QUERY PLAN {sql}"));
    let rows = shop.database().read().query_all_raw(explain).await.unwrap();
    rows.iter()
        .map(|row| row.try_get::<String>("", "detail").unwrap())
        .collect::<Vec<_>>()
        .join("; ")
}

#[tokio::test]
async fn no_query_walks_a_table_that_grows() {
    let shop = Shop::open().await;
    for (sql, index) in [
        (
            "SELECT * FROM orders WHERE user_id = x'00' AND id < x'00' ORDER BY id DESC LIMIT 21",
            "orders_user_id_idx",
        ),
        (
            "SELECT id FROM orders WHERE number = 'RC-2222-2222'",
            "orders_number_key",
        ),
        (
            "SELECT id FROM orders WHERE cart_id = x'00' AND live_cart_version = 3",
            "orders_live_cart_key",
        ),
        (
            "SELECT * FROM orders WHERE id IN (x'00', x'01')",
            "sqlite_autoindex_orders_1",
        ),
        (
            "SELECT * FROM orders WHERE id > x'00' ORDER BY id ASC LIMIT 100",
            "sqlite_autoindex_orders_1",
        ),
        (
            "SELECT * FROM sagas WHERE order_id IN (x'00', x'01') ORDER BY order_id",
            "sqlite_autoindex_sagas_1",
        ),
        (
            "SELECT * FROM sagas WHERE state = 'RUNNING' AND order_id > x'00' ORDER BY order_id LIMIT 21",
            "sagas_state_idx",
        ),
        (
            "SELECT state, step, COUNT(order_id) FROM sagas WHERE state IN ('RUNNING', 'COMPENSATING') GROUP BY state, step",
            "COVERING INDEX sagas_state_idx",
        ),
        (
            "SELECT * FROM saga_timers WHERE due_at <= 7 AND leased_until <= 7 ORDER BY due_at LIMIT 128",
            "saga_timers_due_at_idx",
        ),
        (
            "SELECT * FROM saga_log WHERE order_id = x'00' ORDER BY number",
            "sqlite_autoindex_saga_log_1",
        ),
    ] {
        let plan = plan(&shop, sql).await;
        assert!(
            plan.contains(index) && !plan.contains("SCAN"),
            "{sql}: {plan}"
        );
        assert!(!plan.contains("TEMP B-TREE FOR ORDER BY"), "{sql}: {plan}");
    }
}
