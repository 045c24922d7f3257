//! No serving without the migration.

use revcart_persistence::testing::Place;
use revcart_persistence::{Database, Error, Options};
use revcart_runtime::Clock;
use revcart_runtime::config::Secret;
use shared_events::Service;

use crate::fixture::{Fixture, Migrator};

#[tokio::test]
async fn a_schema_that_lacks_a_migration_is_refused_with_the_command_that_mends_it() {
    let fixture = Fixture::new().await;
    let place = Place::make(fixture.service).await;
    let database = place.open(fixture.service, Clock::system()).await;
    let refused = database.check_schema::<Migrator>().await.unwrap_err();
    assert!(matches!(refused, Error::Schema { .. }));
    assert!(
        refused
            .to_string()
            .contains(&format!("revcart migrate {}", fixture.service.short())),
        "{refused}"
    );
    fixture.database.check_schema::<Migrator>().await.unwrap();
}

#[tokio::test]
async fn a_migration_that_is_run_twice_changes_nothing() {
    let fixture = Fixture::new().await;
    fixture.database.migrate::<Migrator>().await.unwrap();
    fixture.database.check_schema::<Migrator>().await.unwrap();
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_says_why_and_keeps_the_password_to_itself() {
    let refusals = [
        (
            Service::Order,
            "mysql://me:hidden@127.0.0.1:1/shop",
            "nobody answers",
        ),
        (
            Service::Order,
            "postgres://me:hidden@127.0.0.1:1/shop",
            "nobody answers",
        ),
        (
            Service::Order,
            "mongodb://me:hidden@127.0.0.1:1/shop",
            "mysql:// or postgres://",
        ),
        (Service::Order, "hidden", "mysql:// or postgres://"),
        (
            Service::Analytics,
            "mysql://me:hidden@127.0.0.1:1/shop",
            "mongodb://",
        ),
        (
            Service::Analytics,
            "mongodb://127.0.0.1:1/shop?directConnection=true&serverSelectionTimeoutMS=300",
            "nobody answers",
        ),
        (
            Service::Analytics,
            "mongodb://me:hidden@127.0.0.1:1",
            "names no database",
        ),
    ];
    for (service, address, expected) in refusals {
        let options = Options::server(Secret::new(address));
        let refused = Database::open(&options, Clock::system(), service).await;
        let refused = refused.err().expect("nobody answers there").to_string();
        assert!(refused.contains(expected), "{address}: {refused}");
        assert!(!refused.contains("hidden"), "{refused}");
        assert!(!refused.contains('\n'), "{refused}");
    }
}
