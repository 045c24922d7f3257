//! No serving without the migration.

use revcart_persistence::{Database, Error, Options};
use revcart_runtime::Clock;
use shared_events::Service;

use crate::fixture::{Fixture, Migrator};

#[tokio::test]
async fn a_schema_that_lacks_a_migration_is_refused_with_the_command_that_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(
        &Options::file(folder.path().join("new.db")),
        Clock::system(),
        Service::Order,
    )
    .await
    .unwrap();
    let refused = database.check_schema::<Migrator>().await.unwrap_err();
    assert!(matches!(refused, Error::Schema { .. }));
    assert!(
        refused.to_string().contains("revcart migrate order"),
        "{refused}"
    );
    let fixture = Fixture::new().await;
    fixture.database.check_schema::<Migrator>().await.unwrap();
}
