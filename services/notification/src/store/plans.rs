//! Queries on what grows find their rows by an index and in order, without reading or sorting everything.
//!
//! Of a plan of MongoDB only the index is looked at: the development server always says that it sorts. It also reads
//! everything for `$in` beside another condition, for which MongoDB uses the index, so that question has no plan there.

use revcart_persistence::Reader;
use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase, query_plan};
use sea_orm::QueryTrait;
use shared_events::{NotificationId, OrderId, Service, UserId};

use super::notices::Wanted;
use super::notices::documents::{COLLECTION, Query};
use super::{Migrator, dispatches, notices, people};

/// The same question in both kinds of database.
async fn expect(sql: impl QueryTrait, documents: Option<(&'static str, Query)>, index: &str) {
    let database =
        TestDatabase::create::<Migrator>(Service::Notification, Clock::manual(START)).await;
    match database.reader() {
        Reader::Sql(_) => {
            let plan = query_plan(&database, &sql).await;
            assert!(plan.contains(index), "not by {index}:\n{plan}");
            assert!(
                !plan.contains("SCAN") && !plan.contains("TEMP B-TREE"),
                "reads or sorts a table:\n{plan}"
            );
        }
        Reader::Documents(reader) => {
            let Some((collection, (filter, sort))) = documents else {
                return;
            };
            let plan = reader.explain(collection, filter, sort).await.unwrap();
            let plan = plan.to_string();
            assert!(plan.contains(index), "not by {index}:\n{plan}");
            assert!(!plan.contains("COLLSCAN"), "reads a collection:\n{plan}");
        }
    }
}

#[tokio::test]
async fn lists_are_read_from_an_index() {
    for (unread, index) in [(false, "notices_by_user"), (true, "notices_unread")] {
        let wanted = Wanted {
            user: UserId::new(),
            unread,
            before: Some(NotificationId::new()),
            limit: 20,
        };
        let sql = notices::sql::page_query(wanted);
        let documents = notices::documents::page_query(wanted);
        expect(sql, Some((COLLECTION, documents)), index).await;
    }
    let (user, last) = (UserId::new(), NotificationId::new());
    let sql = notices::sql::after_query(user, last, 100);
    let documents = notices::documents::after_query(user, last);
    expect(sql, Some((COLLECTION, documents)), "notices_by_user").await;
    let users = [UserId::new(), UserId::new()];
    let sql = notices::sql::since_query(&users, START);
    expect(sql, None, "notices_by_user").await;
    let order = OrderId::new();
    let sql = notices::sql::order_query(order);
    let documents = notices::documents::order_query(order);
    expect(sql, Some((COLLECTION, documents)), "notices_by_order").await;
}

#[tokio::test]
async fn mails_that_are_due_are_found_by_an_index() {
    let sql = dispatches::sql::due_query(START, 256);
    let documents = dispatches::documents::due_query(START);
    expect(sql, Some((COLLECTION, documents)), "notices_to_mail").await;
}

#[tokio::test]
async fn admins_are_found_by_an_index() {
    let sql = people::sql::admins_query();
    let documents = (people::documents::admins_filter(), Default::default());
    let people = people::documents::COLLECTION;
    expect(sql, Some((people, documents)), "people_by_role").await;
}
