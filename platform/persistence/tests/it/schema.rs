//! No serving without the migration.

use revcart_persistence::testing::Place;
use revcart_persistence::{Database, Error, Options};
use revcart_runtime::config::Secret;
use revcart_runtime::{Clock, Environment, Setting};
use sea_orm::{ConnectionTrait, Statement};
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

/// The certificate that the test servers' own are signed by.
const AUTHORITY: Setting = Setting {
    name: "REVCART_TEST_TLS_CA",
    default: None,
    meaning: "run `localstack/stack up` and `eval \"$(localstack/stack env)\"`",
    secret: false,
};

#[tokio::test]
async fn a_server_is_spoken_to_by_tls_and_only_if_it_is_the_one_it_says() {
    let fixture = Fixture::new().await;
    let Some(address) = fixture.place.address() else {
        return;
    };
    let authority = Environment::from_process().text(&AUTHORITY).unwrap();
    let (mode, wrong, asked) = if address.starts_with("mysql") {
        (
            format!("ssl-mode=VERIFY_IDENTITY&ssl-ca={authority}"),
            "ssl-mode=VERIFY_IDENTITY",
            "SHOW SESSION STATUS LIKE 'Ssl_cipher'",
        )
    } else if address.starts_with("postgres") {
        (
            format!("sslmode=verify-full&sslrootcert={authority}"),
            "sslmode=verify-full",
            "SELECT cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl",
        )
    } else {
        return;
    };
    let open = |options: String| {
        let options = Options::server(Secret::new(format!("{address}?{options}")));
        async move { Database::open(&options, Clock::system(), Service::Order).await }
    };
    let database = open(mode).await.unwrap();
    let connection = database.read();
    let query = Statement::from_string(connection.get_database_backend(), asked);
    let row = connection.query_one_raw(query).await.unwrap().unwrap();
    let cipher: String = row
        .try_get("", "Value")
        .or_else(|_| row.try_get("", "cipher"))
        .unwrap();
    assert!(!cipher.is_empty(), "it is not encrypted");
    database.close().await;
    let refused = open(wrong.to_owned()).await.err().unwrap().to_string();
    assert!(
        refused.contains("TLS") || refused.contains("certificate"),
        "{refused}"
    );
}
