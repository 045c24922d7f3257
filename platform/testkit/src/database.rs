//! A fresh database per test, for tests of a store alone.

use std::ops::Deref;

use revcart_persistence::testing::Place;
use revcart_persistence::{Database, Schema};
use revcart_runtime::Clock;
use shared_events::Service;

/// A migrated database of its own that is deleted with it; for tests of a store.
/// It dereferences to [`Database`].
pub struct TestDatabase {
    database: Database,
    _place: Place,
}

impl TestDatabase {
    /// An empty database with the tables of `M`.
    ///
    /// # Panics
    /// If it cannot be opened or migrated.
    pub async fn create<M: Schema>(service: Service, clock: Clock) -> Self {
        let place = Place::make(service).await;
        let database = place.open(service, clock).await;
        database
            .migrate::<M>()
            .await
            .expect("migrations of an empty database");
        Self {
            database,
            _place: place,
        }
    }
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}
