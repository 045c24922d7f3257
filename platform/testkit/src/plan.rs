//! How the database means to answer a query: for tests that see to it that what grows with a table has an index.

use revcart_persistence::Database;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, QueryTrait, Statement,
    TransactionTrait,
};

/// Stands for the index of whatever the primary key is, which every database calls by another name.
pub const PRIMARY_KEY: &str = "PRIMARY KEY";

/// Expects that `query` finds its rows by the index of this name (or [`PRIMARY_KEY`]), and in their order if it asks for one.
///
/// The tables are empty, and what a server would choose depends on what is in them. So PostgreSQL is told to walk a table or
/// to sort only if there is no other way, and MySQL is asked which keys it could choose and to choose any.
///
/// # Panics
/// If it does not, with the plan.
#[track_caller]
pub fn assert_uses_index<'a>(
    database: &'a Database,
    query: &'a impl QueryTrait,
    index: &'a str,
) -> impl Future<Output = ()> + Send + 'a {
    let caller = std::panic::Location::caller();
    let connection = database.read();
    let statement = query.build(connection.get_database_backend());
    async move {
        let is_ordered = statement.sql.contains("ORDER BY");
        let problem = match connection.get_database_backend() {
            DbBackend::MySql => mysql(connection, statement, index, is_ordered).await,
            DbBackend::Postgres => postgres(connection, statement, index, is_ordered).await,
            _ => sqlite(connection, statement, index, is_ordered).await,
        };
        let problem = problem.expect("a query that can be planned");
        assert!(
            problem.is_none(),
            "{caller}: {}",
            problem.unwrap_or_default()
        );
    }
}

/// The plan of `query` in the words of its database, one step per line. On `SQLite`, `SEARCH orders USING INDEX …` is fine,
/// `SCAN orders` is not.
///
/// # Panics
/// If the database cannot plan it.
pub async fn query_plan(database: &Database, query: &impl QueryTrait) -> String {
    let connection = database.read();
    let statement = query.build(connection.get_database_backend());
    let plan = match connection.get_database_backend() {
        DbBackend::MySql => explain(connection, "EXPLAIN", statement)
            .await
            .and_then(|steps| steps.iter().map(step_of_mysql).collect())
            .map(|steps: Vec<MySqlStep>| steps.iter().map(|step| format!("{step:?}")).collect()),
        DbBackend::Postgres => plan_of_postgres(connection, statement).await,
        _ => plan_of_sqlite(connection, statement).await,
    };
    let lines: Vec<String> = plan.expect("a query that can be planned");
    lines.join("\n")
}

async fn explain(
    connection: &impl ConnectionTrait,
    word: &str,
    statement: Statement,
) -> Result<Vec<QueryResult>, DbErr> {
    let explain = Statement {
        sql: format!("{word} {}", statement.sql),
        ..statement
    };
    connection.query_all_raw(explain).await
}

/// What is wrong with a plan, in words.
type Problem = Result<Option<String>, DbErr>;

async fn plan_of_sqlite(
    connection: &DatabaseConnection,
    statement: Statement,
) -> Result<Vec<String>, DbErr> {
    let steps = explain(connection, "EXPLAIN QUERY PLAN", statement).await?;
    steps.iter().map(|row| row.try_get("", "detail")).collect()
}

async fn sqlite(
    connection: &DatabaseConnection,
    statement: Statement,
    index: &str,
    is_ordered: bool,
) -> Problem {
    let plan = plan_of_sqlite(connection, statement).await?;
    let is_it = |step: &String| {
        step.contains(index) || index == PRIMARY_KEY && step.contains("sqlite_autoindex_")
    };
    let walks = |step: &String| step.starts_with("SCAN") && !is_it(step);
    let sorts = |step: &String| is_ordered && step.contains("TEMP B-TREE FOR ORDER BY");
    let is_fine = plan.iter().any(is_it) && !plan.iter().any(|step| walks(step) || sorts(step));
    Ok((!is_fine).then(|| format!("not by {index}:\n{}", plan.join("\n"))))
}

/// Plans with every way but indexes made as dear as can be.
async fn plan_of_postgres(
    connection: &DatabaseConnection,
    statement: Statement,
) -> Result<Vec<String>, DbErr> {
    let tx = connection.begin().await?;
    for way in ["seqscan", "bitmapscan", "sort"] {
        tx.execute_unprepared(&format!("SET LOCAL enable_{way} = off"))
            .await?;
    }
    let steps = explain(&tx, "EXPLAIN", statement).await?;
    tx.rollback().await?;
    steps.iter().map(|row| row.try_get_by_index(0)).collect()
}

async fn postgres(
    connection: &DatabaseConnection,
    statement: Statement,
    index: &str,
    is_ordered: bool,
) -> Problem {
    let plan = plan_of_postgres(connection, statement).await?;
    let names = match index {
        PRIMARY_KEY => primary_keys(connection).await?,
        other => vec![other.to_owned()],
    };
    let uses = |step: &String| {
        let words = || step.split_whitespace();
        step.contains("Index") && names.iter().any(|name| words().any(|word| word == name))
    };
    let walks = |step: &String| step.contains("Seq Scan");
    let sorts = |step: &String| is_ordered && step.contains("Sort");
    let is_fine = plan.iter().any(uses) && !plan.iter().any(|step| walks(step) || sorts(step));
    Ok((!is_fine).then(|| format!("not by {index}:\n{}", plan.join("\n"))))
}

/// What the indexes of the primary keys are called.
async fn primary_keys(connection: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT class.relname FROM pg_index JOIN pg_class AS class ON class.oid = pg_index.indexrelid WHERE pg_index.indisprimary";
    let select = Statement::from_string(DbBackend::Postgres, sql);
    let rows = connection.query_all_raw(select).await?;
    rows.iter().map(|row| row.try_get("", "relname")).collect()
}

/// One table of a plan.
#[derive(Debug)]
struct MySqlStep {
    /// How its rows are found: `ALL` walks the table, `index` an index.
    access: Option<String>,
    possible_keys: Option<String>,
    key: Option<String>,
    extra: Option<String>,
}

fn step_of_mysql(row: &QueryResult) -> Result<MySqlStep, DbErr> {
    Ok(MySqlStep {
        access: row.try_get("", "type")?,
        possible_keys: row.try_get("", "possible_keys")?,
        key: row.try_get("", "key")?,
        extra: row.try_get("", "Extra")?,
    })
}

impl MySqlStep {
    /// Whether it goes through `key`, or could, and through some key in any case.
    fn uses(&self, key: &str) -> bool {
        let extra = self.extra.as_deref().unwrap_or_default();
        // A row that one key names was looked up while planning, and there was none.
        if extra.contains("reading const table") {
            return true;
        }
        let could = self.possible_keys.iter().flat_map(|keys| keys.split(','));
        let does = self.key.as_deref() == Some(key);
        let access = self.access.as_deref();
        let walks = access == Some("ALL") || access == Some("index") && !does;
        (does || could.into_iter().any(|possible| possible == key)) && !walks
    }

    fn sorts(&self) -> bool {
        let extra = self.extra.as_deref();
        extra.is_some_and(|extra| extra.contains("Using filesort"))
    }
}

async fn mysql(
    connection: &DatabaseConnection,
    statement: Statement,
    index: &str,
    is_ordered: bool,
) -> Problem {
    let key = match index {
        PRIMARY_KEY => "PRIMARY",
        other => other,
    };
    let steps = explain(connection, "EXPLAIN", statement).await?;
    let steps: Vec<MySqlStep> = steps.iter().map(step_of_mysql).collect::<Result<_, _>>()?;
    let sorts = |step: &MySqlStep| is_ordered && step.key.as_deref() == Some(key) && step.sorts();
    let is_fine = !steps.is_empty() && steps.iter().all(|step| step.uses(key) && !sorts(step));
    Ok((!is_fine).then(|| format!("not by {key}:\n{steps:#?}")))
}
