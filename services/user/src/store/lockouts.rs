//! The table `lockouts`: what has been tried in vain at one address, which stands there as an HMAC.

use revcart_persistence::{Error as DatabaseError, batch};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    Select,
};
use shared_events::Timestamp;

use super::Error;
use crate::domain::lockout::Failures;

pub(crate) mod entity {
    //! A row of `lockouts`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "lockouts")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: String,
        pub(crate) failures: i64,
        pub(crate) locked_until: i64,
        pub(crate) last_at: i64,
        pub(crate) forget_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// What has been tried here.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    id: &str,
) -> Result<Option<Failures>, Error> {
    let row = Entity::find_by_id(id).one(connection).await?;
    row.map(failures).transpose()
}

/// The same, locked until the transaction ends; a row is made if there is none.
pub(crate) async fn lock(
    connection: &impl ConnectionTrait,
    id: &str,
    now: Timestamp,
) -> Result<Failures, Error> {
    let none = row_of(id, &Failures::none(now));
    let leave = OnConflict::column(Column::Id)
        .do_nothing_on([Column::Id])
        .to_owned();
    batch::upsert(connection, [none], &leave).await?;
    let row = Entity::find_by_id(id)
        .lock_exclusive()
        .one(connection)
        .await?;
    row.map_or_else(|| Ok(Failures::none(now)), failures)
}

/// Stores what has been tried here.
pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    id: &str,
    failures: &Failures,
) -> Result<(), DbErr> {
    Entity::update_many()
        .set(row_of(id, failures))
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Forgets what has been tried here.
pub(crate) async fn clear(connection: &impl ConnectionTrait, id: &str) -> Result<(), DbErr> {
    Entity::delete_by_id(id).exec(connection).await?;
    Ok(())
}

/// Forgets up to `most` of those that do not matter any more; returns how many.
pub(crate) async fn forget(
    connection: &impl ConnectionTrait,
    now: Timestamp,
    most: u64,
) -> Result<usize, DbErr> {
    let ids: Vec<String> = old(now, most).into_tuple().all(connection).await?;
    for list in batch::padded(&ids) {
        Entity::delete_many()
            .filter(Column::Id.is_in(list))
            .filter(Column::ForgetAt.lte(now.micros()))
            .exec(connection)
            .await?;
    }
    Ok(ids.len())
}

pub(super) fn old(now: Timestamp, most: u64) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ForgetAt.lte(now.micros()))
        .limit(most)
}

fn failures(row: Model) -> Result<Failures, Error> {
    let count = u32::try_from(row.failures);
    Ok(Failures {
        count: count.map_err(|_| DatabaseError::corrupt("lockouts", &row.id, "failures"))?,
        locked_until: Timestamp::from_micros(row.locked_until),
        last_at: Timestamp::from_micros(row.last_at),
    })
}

fn row_of(id: &str, failures: &Failures) -> ActiveModel {
    ActiveModel {
        id: Set(id.to_owned()),
        failures: Set(i64::from(failures.count)),
        locked_until: Set(failures.locked_until.micros()),
        last_at: Set(failures.last_at.micros()),
        forget_at: Set(failures.forgotten_at().micros()),
    }
}
