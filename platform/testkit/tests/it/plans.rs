//! What a test of a plan accepts, and what it must not.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use revcart_runtime::Clock;
use revcart_testkit::{PRIMARY_KEY, START, TestDatabase, assert_uses_index};
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use shared_events::Service;

use crate::shelf::Migrator;

mod outbox {
    //! A table that every service has, with an index on `leased_until`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) leased_until: i64,
        pub(crate) attempts: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use outbox::{Column, Entity};

const BY_LEASE: &str = "outbox_by_lease";

async fn is_accepted(query: Select<Entity>, index: &str) -> bool {
    let database = TestDatabase::create::<Migrator>(Service::Product, Clock::manual(START)).await;
    let look = assert_uses_index(&database, &query, index);
    AssertUnwindSafe(look).catch_unwind().await.is_ok()
}

fn due() -> Select<Entity> {
    Entity::find().filter(Column::LeasedUntil.lte(7))
}

#[tokio::test]
async fn a_query_along_an_index_is_accepted() {
    let in_order = due().order_by_asc(Column::LeasedUntil).limit(10);
    assert!(is_accepted(in_order, BY_LEASE).await);
    let by_id = Entity::find().filter(Column::Id.is_in([Uuid::nil(), Uuid::max()]));
    assert!(is_accepted(by_id, PRIMARY_KEY).await);
    let one = Entity::find_by_id(Uuid::nil());
    assert!(is_accepted(one, PRIMARY_KEY).await);
    let page = Entity::find().order_by_desc(Column::Id).limit(10);
    assert!(is_accepted(page, PRIMARY_KEY).await);
}

#[tokio::test]
async fn a_query_that_walks_the_table_is_not() {
    for index in [BY_LEASE, PRIMARY_KEY] {
        let walks = Entity::find().filter(Column::Attempts.eq(3));
        assert!(!is_accepted(walks, index).await, "{index}");
    }
    assert!(!is_accepted(due(), "outbox_by_attempts").await);
    assert!(!is_accepted(due(), PRIMARY_KEY).await);
}

#[tokio::test]
async fn a_query_that_sorts_what_it_finds_is_not() {
    let sorts = due().order_by_asc(Column::Attempts).limit(10);
    assert!(!is_accepted(sorts, BY_LEASE).await);
    let sorts = Entity::find().order_by_desc(Column::Attempts).limit(10);
    assert!(!is_accepted(sorts, PRIMARY_KEY).await);
}
