//! Queries that grow with their table have an index.

use revcart_runtime::Clock;
use revcart_testkit::{PRIMARY_KEY, START, TestDatabase, assert_uses_index, query_plan};
use sea_orm::sea_query::Expr;
use shared_events::{AddressId, Role, Service, UserId};
use uuid::Uuid;

use super::accounts::Filter;
use super::{Migrator, accounts, addresses, codes, lockouts, sessions};
use crate::domain::{Email, Status};

async fn database() -> TestDatabase {
    TestDatabase::create::<Migrator>(Service::User, Clock::manual(START)).await
}

#[tokio::test]
async fn signing_in_finds_the_account_by_its_address() {
    let email = Email::parse("asha@example.com").unwrap();
    let by_email = accounts::by_email(&email);
    let database = database().await;
    assert_uses_index(&database, &by_email, "users_by_email").await;
}

#[tokio::test]
async fn accounts_are_paged_along_the_primary_key() {
    let page = accounts::page(&Filter::default(), Some(UserId::new()), 21);
    let database = database().await;
    assert_uses_index(&database, &page, PRIMARY_KEY).await;
}

#[tokio::test]
async fn an_address_book_is_read_by_its_owner() {
    let database = database().await;
    let book = addresses::of(UserId::new());
    assert_uses_index(&database, &book, "addresses_by_user").await;
    let entry = addresses::with_owner(UserId::new(), AddressId::new());
    let plan = query_plan(&database, &entry).await;
    assert!(
        !plan.contains("SCAN") && !plan.contains("\"ALL\""),
        "{plan}"
    );
    assert!(!plan.contains("Seq Scan"), "{plan}");
}

#[tokio::test]
async fn expired_sessions_are_found_by_their_end() {
    let expired = sessions::expired(START, 100);
    let database = database().await;
    assert_uses_index(&database, &expired, "sessions_by_expiry").await;
}

#[tokio::test]
async fn the_sessions_of_an_account_are_found_by_their_owner() {
    let all = sessions::all_of(UserId::new(), None)
        .col_expr(sessions::entity::Column::ExpiresAt, Expr::value(0));
    let database = database().await;
    assert_uses_index(&database, &all, "sessions_of_user").await;
}

#[tokio::test]
async fn accounts_of_a_role_and_of_a_status_are_paged_along_an_index() {
    let database = database().await;
    let after = Some(UserId::new());
    let role = Filter {
        role: Some(Role::Admin),
        ..Filter::default()
    };
    let page = accounts::page(&role, after, 21);
    assert_uses_index(&database, &page, "users_by_role").await;
    let status = Filter {
        status: Some(Status::Deactivated),
        ..Filter::default()
    };
    let page = accounts::page(&status, after, 21);
    assert_uses_index(&database, &page, "users_by_status").await;
}

#[tokio::test]
async fn the_sessions_of_an_account_are_paged_along_an_index() {
    let database = database().await;
    let page = sessions::page(UserId::new(), Some(Uuid::now_v7()), 21, START);
    assert_uses_index(&database, &page, "sessions_of_user").await;
}

#[tokio::test]
async fn codes_and_failures_that_are_over_are_found_by_their_end() {
    let database = database().await;
    assert_uses_index(&database, &codes::old(START, 100), "one_time_codes_by_end").await;
    assert_uses_index(&database, &lockouts::old(START, 100), "lockouts_by_end").await;
}
