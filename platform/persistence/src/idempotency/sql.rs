//! Idempotency keys as a table.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use shared_events::Timestamp;

use super::{Found, Key};
use crate::Error;

#[expect(unreachable_pub, reason = "the entity macro writes pub items")]
pub(crate) mod entity {
    //! The table `idempotency_keys`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub scope: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub fingerprint: String,
        pub status: i32,
        pub body: String,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) async fn find(connection: &impl ConnectionTrait, key: &Key) -> Result<Found, Error> {
    let kept = entity::Entity::find_by_id((key.scope.clone(), key.key.clone()))
        .one(connection)
        .await?;
    Ok(kept.map_or(Found::Fresh, |kept| {
        Found::of(key, &kept.fingerprint, kept.status, kept.body)
    }))
}

pub(super) async fn keep(
    connection: &impl ConnectionTrait,
    key: &Key,
    status: u16,
    body: String,
    now: Timestamp,
) -> Result<(), Error> {
    let row = entity::ActiveModel {
        scope: Set(key.scope.clone()),
        key: Set(key.key.clone()),
        fingerprint: Set(key.fingerprint.clone()),
        status: Set(i32::from(status)),
        body: Set(body),
        created_at: Set(now.micros()),
    };
    entity::Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

pub(super) async fn forget_before(
    connection: &impl ConnectionTrait,
    micros: i64,
    most: u64,
) -> Result<u64, Error> {
    let old = entity::Entity::find()
        .filter(entity::Column::CreatedAt.lt(micros))
        .limit(most)
        .all(connection)
        .await?;
    for row in &old {
        entity::Entity::delete_by_id((row.scope.clone(), row.key.clone()))
            .exec(connection)
            .await?;
    }
    Ok(old.len() as u64)
}
