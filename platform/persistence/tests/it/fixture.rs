//! A database of its own per test, wherever `REVCART_TEST_BACKEND` says, with a table or collection to write to.

use revcart_persistence::documents::values::doc;
use revcart_persistence::documents::{Collection, Documents, Index, Listing};
use revcart_persistence::testing::Place;
use revcart_persistence::{Database, Error, Reader, Schema, UnitOfWork, Work, platform_migrations};
use revcart_runtime::Clock;
use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::prelude::*;
use shared_events::{Service, Timestamp};

const NOTES_NAME: &str = "notes";

pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = platform_migrations();
        migrations.push(Box::new(Notes));
        migrations
    }
}

impl Schema for Migrator {
    fn documents() -> &'static [Collection] {
        const NOTES: &[Collection] = &[Collection {
            name: NOTES_NAME,
            indexes: &[Index::on("notes_text_once", &[("text", 1)]).unique()],
        }];
        NOTES
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
        let sql = "CREATE TABLE notes (text VARCHAR(80) NOT NULL, size BIGINT NOT NULL, CONSTRAINT notes_text_once UNIQUE (text), CONSTRAINT size_not_negative CHECK (size >= 0))";
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
    pub(crate) service: Service,
    pub(crate) place: Place,
}

pub(crate) const START: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

impl Fixture {
    pub(crate) async fn new() -> Self {
        // One of the services that keep documents, where documents are kept.
        let asked = revcart_runtime::Environment::from_process();
        let setting = revcart_persistence::testing::BACKEND;
        let documents = asked
            .text(&setting)
            .is_ok_and(|backend| backend == "mongodb");
        let service = if documents {
            Service::Delivery
        } else {
            Service::Order
        };
        let clock = Clock::manual(START);
        let place = Place::make(service).await;
        let database = place.open(service, clock.clone()).await;
        database
            .migrate::<Migrator>()
            .await
            .expect("the schema can be made");
        Self {
            database,
            clock,
            service,
            place,
        }
    }

    /// A second process on the same database; `None` where there can be only one.
    pub(crate) async fn replica(&self) -> Option<Database> {
        if self.database.is_sole_owner() {
            return None;
        }
        Some(self.place.open(self.service, self.clock.clone()).await)
    }

    pub(crate) async fn notes(&self) -> Vec<String> {
        match self.database.reader() {
            Reader::Sql(connection) => {
                let backend = connection.get_database_backend();
                let query = Statement::from_string(backend, "SELECT text FROM notes ORDER BY text");
                let rows = connection
                    .query_all_raw(query)
                    .await
                    .expect("notes can be read");
                rows.iter()
                    .map(|row| row.try_get::<String>("", "text").expect("a note is text"))
                    .collect()
            }
            Reader::Documents(documents) => {
                let notes: Vec<Note> = documents
                    .find(
                        NOTES_NAME,
                        doc! {},
                        Listing {
                            sort: doc! { "text": 1 },
                            limit: 0,
                        },
                    )
                    .await
                    .expect("notes can be read");
                notes.into_iter().map(|note| note.text).collect()
            }
        }
    }
}

#[derive(serde::Deserialize)]
struct Note {
    text: String,
}

pub(crate) async fn note(unit: &UnitOfWork, text: &str, size: i64) -> Result<(), Error> {
    match unit.work() {
        Work::Sql(tx) => {
            let sql = "INSERT INTO notes (text, size) VALUES (?, ?)";
            let sql = if tx.get_database_backend() == sea_orm::DatabaseBackend::Postgres {
                "INSERT INTO notes (text, size) VALUES ($1, $2)"
            } else {
                sql
            };
            tx.execute_raw(Statement::from_sql_and_values(
                tx.get_database_backend(),
                sql,
                [text.into(), size.into()],
            ))
            .await?;
            Ok(())
        }
        Work::Documents(documents) => insert(documents, text, size).await,
    }
}

async fn insert(documents: &Documents, text: &str, size: i64) -> Result<(), Error> {
    let note = doc! { "text": text, "size": size };
    documents.insert(NOTES_NAME, &[note]).await
}
