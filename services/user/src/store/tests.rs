//! Queries that grow with their table have an index.

use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase, query_plan};
use sea_orm::QueryTrait;
use sea_orm::sea_query::Expr;
use shared_events::{AddressId, Service, UserId};

use super::{Migrator, accounts, addresses, sessions};
use crate::domain::Email;

async fn plan(query: &impl QueryTrait) -> String {
    let database = TestDatabase::create::<Migrator>(Service::User, Clock::manual(START)).await;
    let plan = query_plan(&database, query).await;
    assert!(
        !plan.contains("SCAN") && !plan.contains("TEMP B-TREE"),
        "{plan}"
    );
    plan
}

#[tokio::test]
async fn signing_in_finds_the_account_by_its_address() {
    let email = Email::parse("asha@example.com").unwrap();
    assert!(
        plan(&accounts::by_email(&email))
            .await
            .contains("users_by_email")
    );
}

#[tokio::test]
async fn accounts_are_paged_along_the_primary_key() {
    plan(&accounts::page(Some(UserId::new()), 21)).await;
}

#[tokio::test]
async fn an_address_book_is_read_by_its_owner() {
    assert!(
        plan(&addresses::of(UserId::new()))
            .await
            .contains("addresses_by_user")
    );
    plan(&addresses::with_owner(UserId::new(), AddressId::new())).await;
}

#[tokio::test]
async fn expired_sessions_are_found_by_their_end() {
    assert!(
        plan(&sessions::expired(START, 100))
            .await
            .contains("sessions_by_expiry")
    );
}

#[tokio::test]
async fn the_sessions_of_an_account_are_found_by_their_owner() {
    assert!(
        plan(
            &sessions::all_of(UserId::new(), None)
                .col_expr(sessions::entity::Column::ExpiresAt, Expr::value(0))
        )
        .await
        .contains("sessions_by_user")
    );
}
