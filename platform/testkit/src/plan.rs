//! How the database means to answer a query: for tests that see to it that what grows with a table has an index.

use revcart_persistence::Database;
use sea_orm::{ConnectionTrait, DbBackend, QueryTrait, Statement};

/// The plan of `query` as `SQLite` tells it, one step per line: `SEARCH orders USING INDEX …` is fine, `SCAN orders` is not.
///
/// # Panics
/// If the database cannot plan it.
pub async fn query_plan(database: &Database, query: &impl QueryTrait) -> String {
    let query = query.build(DbBackend::Sqlite);
    let explain = Statement {
        sql: format!("EXPLAIN QUERY PLAN {}", query.sql),
        ..query
    };
    let steps = database
        .read()
        .query_all_raw(explain)
        .await
        .expect("a query that can be planned");
    let step = |row: &sea_orm::QueryResult| {
        row.try_get::<String>("", "detail")
            .expect("a plan has details")
    };
    steps.iter().map(step).collect::<Vec<_>>().join("\n")
}
