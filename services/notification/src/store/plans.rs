//! Queries on tables that grow find their rows by an index and in order, without reading or sorting the table.

use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase, query_plan};
use sea_orm::QueryTrait;
use shared_events::{NotificationId, OrderId, Service, UserId};

use super::{Migrator, mailing, notices};

async fn expect(query: impl QueryTrait, index: &str) {
    let database =
        TestDatabase::create::<Migrator>(Service::Notification, Clock::manual(START)).await;
    let plan = query_plan(&database, &query).await;
    assert!(plan.contains(index), "not by {index}:\n{plan}");
    assert!(
        !plan.contains("SCAN") && !plan.contains("TEMP B-TREE"),
        "reads or sorts a table:\n{plan}"
    );
}

#[tokio::test]
async fn lists_are_read_from_an_index() {
    let (user, before) = (UserId::new(), Some(NotificationId::new()));
    expect(
        notices::page_query(user, false, before, 20),
        "notices_by_user",
    )
    .await;
    expect(
        notices::page_query(user, true, before, 20),
        "notices_unread",
    )
    .await;
    let users = [UserId::new(), UserId::new()];
    expect(notices::since_query(&users, START), "notices_by_user").await;
    expect(notices::order_query(OrderId::new()), "notices_by_order").await;
}

#[tokio::test]
async fn mails_that_are_due_are_found_by_an_index() {
    expect(mailing::due_query(START, 256), "notices_to_mail").await;
}
