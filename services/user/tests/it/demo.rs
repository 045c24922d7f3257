//! The demo logins.

use http::StatusCode;
use revcart_testkit::TestDatabase;
use shared_events::{Role, Service, UserRegistered};
use user_service::{Config, Migrator, demo};

use crate::people::{self, login};

#[tokio::test]
async fn the_demo_logins_work_and_are_seeded_once() {
    let service = people::start().await;
    let config = Config::for_testing();
    assert!(!demo::any(service.database()).await.unwrap());
    assert!(
        demo::seed(&config, service.database(), service.clock())
            .await
            .unwrap()
    );
    assert!(
        !demo::seed(&config, service.database(), service.clock())
            .await
            .unwrap()
    );
    assert!(demo::any(service.database()).await.unwrap());
    for (_, email, ..) in demo::LOGINS {
        login(&service, email, demo::PASSWORD)
            .await
            .expect(StatusCode::OK);
    }
    service.settle().await;
    let told: Vec<_> = service
        .published::<UserRegistered>()
        .iter()
        .map(|it| (it.user_id, it.role))
        .collect();
    assert_eq!(
        told,
        [
            (demo::ADMIN, Role::Admin),
            (demo::SHOPPER, Role::Customer),
            (demo::AGENT, Role::Agent)
        ]
    );
}

#[tokio::test]
async fn the_demo_shopper_has_a_default_address() {
    let service = people::start().await;
    demo::seed(&Config::for_testing(), service.database(), service.clock())
        .await
        .unwrap();
    let shopper = service.keys().user(demo::SHOPPER, Role::Customer);
    let book = service
        .get("/api/users/addresses")
        .token(&shopper)
        .await
        .expect(StatusCode::OK);
    assert_eq!(book.at("/items/0/isDefault"), true);
    assert_eq!(
        book.at("/items/0/addressId").as_str().unwrap(),
        demo::SHOPPERS_ADDRESS.to_string()
    );
}

#[tokio::test]
async fn the_service_does_not_start_on_a_database_that_was_not_migrated() {
    struct Nothing;
    #[sea_orm_migration::async_trait::async_trait]
    impl revcart_persistence::Schema for Nothing {}
    impl sea_orm_migration::MigratorTrait for Nothing {
        fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
            Vec::new()
        }
    }
    let clock = revcart_runtime::Clock::manual(revcart_testkit::START);
    let empty = TestDatabase::create::<Nothing>(Service::User, clock).await;
    let refused = empty.check_schema::<Migrator>().await.unwrap_err();
    assert!(
        refused.to_string().contains("revcart migrate user"),
        "{refused}"
    );
}
