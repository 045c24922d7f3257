//! A fresh database per test.

use std::ops::Deref;

use revcart_persistence::{Database, Durability, Options};
use revcart_runtime::Clock;
use sea_orm_migration::MigratorTrait;
use shared_events::Service;
use tempfile::TempDir;

/// A migrated database of its own in a directory that is deleted with it; for tests of a store.
/// It dereferences to [`Database`].
pub struct TestDatabase {
    database: Database,
    _directory: TempDir,
}

impl TestDatabase {
    /// An empty database with the tables of `M`.
    ///
    /// # Panics
    /// If it cannot be opened or migrated.
    pub async fn create<M: MigratorTrait>(service: Service, clock: Clock) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let database = open(directory.path(), service, clock).await;
        database
            .migrate::<M>()
            .await
            .expect("migrations of an empty database");
        Self {
            database,
            _directory: directory,
        }
    }
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

/// Opens the database of `service` in `directory`, as relaxed as a test may be.
pub(crate) async fn open(directory: &std::path::Path, service: Service, clock: Clock) -> Database {
    let mut options = Options::file(directory.join(format!("{}.sqlite", service.short())));
    options.durability = Durability::Relaxed;
    Database::open(&options, clock, service)
        .await
        .expect("a database in a temporary directory")
}
