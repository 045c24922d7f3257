//! A database in a folder that goes with the test.

use revcart_persistence::{Database, Durability, Options, platform_migrations};
use revcart_runtime::Clock;
use sea_orm_migration::prelude::*;
use shared_events::{Service, Timestamp};
use tempfile::TempDir;

pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = platform_migrations();
        migrations.push(Box::new(Notes));
        migrations
    }
}

/// A table to write to, with a unique column and a check.
struct Notes;

impl MigrationName for Notes {
    fn name(&self) -> &'static str {
        "m0002_notes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Notes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "CREATE TABLE notes (text TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, CONSTRAINT size_not_negative CHECK (size >= 0))";
        manager
            .get_connection()
            .execute_unprepared(sql)
            .await
            .map(|_| ())
    }
}

pub(crate) struct Fixture {
    pub(crate) database: Database,
    pub(crate) clock: Clock,
    pub(crate) folder: TempDir,
}

pub(crate) const START: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

impl Fixture {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let clock = Clock::manual(START);
        let options = Options {
            durability: Durability::Relaxed,
            ..Options::file(folder.path().join("order.db"))
        };
        let database = Database::open(&options, clock.clone(), Service::Order)
            .await
            .expect("the database opens");
        database
            .migrate::<Migrator>()
            .await
            .expect("the schema can be made");
        Self {
            database,
            clock,
            folder,
        }
    }

    pub(crate) async fn notes(&self) -> Vec<String> {
        use sea_orm::{ConnectionTrait, Statement};
        let query = Statement::from_string(
            sea_orm::DatabaseBackend::Sqlite,
            "SELECT text FROM notes ORDER BY text",
        );
        let rows = self
            .database
            .read()
            .query_all_raw(query)
            .await
            .expect("notes can be read");
        rows.iter()
            .map(|row| row.try_get::<String>("", "text").expect("a note is text"))
            .collect()
    }
}

pub(crate) async fn note(
    unit: &revcart_persistence::UnitOfWork,
    text: &str,
    size: i64,
) -> Result<(), revcart_persistence::Error> {
    use sea_orm::{ConnectionTrait, Statement};
    let values = [text.into(), size.into()];
    unit.sql()
        .execute_raw(Statement::from_sql_and_values(
            sea_orm::DatabaseBackend::Sqlite,
            "INSERT INTO notes (text, size) VALUES (?, ?)",
            values,
        ))
        .await?;
    Ok(())
}
